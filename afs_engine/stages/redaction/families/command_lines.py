"""Passwords that stand on a command line without a telling name, and SQL and file forms like it.

`--password x` and `NAME=x` belong to the assignments; here are the flags that only their command
explains: `mysql -pX`, `curl -u user:X`, `sshpass -p X`, `redis-cli -a X`, `IDENTIFIED BY 'X'`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import is_placeholder

_REST = r"(?:[^\n|;]|\\\n){0,400}?[ \t]"
_VALUE = r"(?:\\{0,3}\"([^\"\n\\]{3,200})|\\{0,3}'([^'\n\\]{3,200})|([^\s\"'`\\<>|;&]{3,200}))"
_RANDOM = r"\b([0-9a-f]{32,64}|[A-Za-z0-9_-]{32,90})\b"


@dataclass(frozen=True, slots=True)
class CommandShape:
    """`word` opens the form (linear syntax); `pattern` is matched there and one of its groups is the secret."""

    word: str
    pattern: re.Pattern[str]
    kind: str = "command_password"
    placeholder: str = "PASSWORD"


def _command(word: str, rest: str) -> CommandShape:
    return CommandShape(word, re.compile(rf"(?i:{word})" + rest))


COMMAND_SHAPES = (
    _command(r"sshpass", rf"(?=[ \t]){_REST}?-p[ \t]*{_VALUE}"),
    _command(
        r"(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mysqlimport|mycli)",
        rf"(?=[ \t]){_REST}-p{_VALUE}",
    ),
    _command(
        r"(?:curl|wget|xh)",
        rf"(?=[ \t]){_REST}(?:-u|--user|--proxy-user|-U|-a|--auth)[ =]?\\{{0,3}}[\"']?[^\s:\"'$/\\]{{1,64}}:{_VALUE}",
    ),
    _command(r"redis-cli", rf"(?=[ \t]){_REST}(?:-a|--pass)[ \t]+{_VALUE}"),
    _command(
        r"(?:docker|podman|buildah|skopeo|helm registry|oras|nerdctl|az|oc)(?: acr)? login",
        rf"(?=[ \t]){_REST}-p[ \t]*{_VALUE}",
    ),
    _command(
        r"(?:mongo|mongosh|mongodump|mongorestore|sqlcmd|bcp|cqlsh|clickhouse-client|impala-shell)",
        rf"(?=[ \t]){_REST}-[pP][ \t]+{_VALUE}",
    ),
    _command(
        r"(?:ldapsearch|ldapadd|ldapmodify|ldapwhoami|ldapdelete)", rf"(?=[ \t]){_REST}-w[ \t]*{_VALUE}"
    ),
    _command(
        r"(?:smbclient|rpcclient|smbmap|mount\.cifs)",
        rf"(?=[ \t]){_REST}-U[ \t]*[\"']?[\w\\/.-]{{1,64}}%{_VALUE}",
    ),
    _command(r"(?:zip|unzip|zipinfo)", rf"(?=[ \t]){_REST}-P[ \t]*{_VALUE}"),
    _command(r"(?:7z|7za|7zz|rar|unrar)", rf"(?=[ \t]){_REST}-p{_VALUE}"),
    _command(r"(?:pass(?:in|out|wd)?)", rf"[ \t]+pass:{_VALUE}"),
    _command(
        r"htpasswd",
        rf"(?=[ \t]){_REST}-[a-zA-Z]{{0,4}}b[a-zA-Z]{{0,4}}[ \t]+\S{{1,200}}[ \t]+\S{{1,64}}[ \t]+{_VALUE}",
    ),
    _command(
        r"identified", rf"[ \t]+(?i:(?:with[ \t]+\w+[ \t]+)?(?:by|as))(?:[ \t]+(?i:password))?[ \t]+{_VALUE}"
    ),
    _command(
        r"(?:with|set|role|user)[ \t]+(?:\w+[ \t]+){0,3}(?:encrypted[ \t]+)?password",
        rf"[ \t]+(?=\\?['\"]){_VALUE}",
    ),
    _command(r"ConvertTo-SecureString", rf"(?:[ \t]+-String)?[ \t]+{_VALUE}"),
    _command(
        r"(?:echo|printf)",
        rf"(?:[ \t]+-[neE]+)?[ \t]+(?:'%s\\n'[ \t]+)?{_VALUE}[\"']?[ \t]*\|[ \t]*(?:sudo[ \t]+-S|(?:docker|podman|helm|gh|az|kinit|cryptsetup|passwd|gpg|ssh-add)\b)",
    ),
    _command(
        r"(?:echo|printf)", rf"[ \t]+[\"']?[\w.-]{{1,32}}:{_VALUE}[\"']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd"
    ),
    _command(r"net user", rf"[ \t]+[\w.-]{{1,32}}[ \t]+(?!/){_VALUE}[ \t]+/"),
    CommandShape(
        r"machine",
        re.compile(rf"(?i:machine)[ \t]+\S{{1,200}}\s+(?i:login)\s+\S{{1,100}}\s+(?i:password)\s+{_VALUE}"),
        "netrc_password",
    ),
    CommandShape(
        r"wandb",
        re.compile(rf"(?i:wandb)(?:\.| )login(?:\([^)\n]{{0,40}}?[\"']|[ \t]+(?:--[\w-]+[ \t]+)*){_RANDOM}"),
        "wandb_key",
        "API_KEY",
    ),
    CommandShape(
        r"(?:wandb|w&b|weights (?:and|&) biases|vast(?:\.?ai)?|vastai)",
        re.compile(rf"[^\n]{{0,60}}?(?i:key|token|login)[^\n\w]{{0,6}}(?:is[ \t:]+)?[\"'`]?{_RANDOM}"),
        "wandb_or_vast_key",
        "API_KEY",
    ),
)

COMMANDS = Finder(r"(?i)\b" + any_of(sorted({shape.word for shape in COMMAND_SHAPES})) + r"\b")


def find_command_secrets(probe: Probe) -> Iterator[Candidate]:
    """Passwords that only the command before them explains."""
    for start, _ in COMMANDS.spans(probe.data):
        for shape in COMMAND_SHAPES:
            match = shape.pattern.match(probe.text, start)
            if match and (found := _candidate(shape, match)):
                yield found


def _candidate(shape: CommandShape, match: re.Match[str]) -> Candidate | None:
    group = next((number for number, value in enumerate(match.groups(), 1) if value), 0)
    if not group or is_placeholder(match[group]) or match[group].startswith(("-", "$", "/")):
        return None
    return Candidate(match.start(group), match.end(group), shape.kind, shape.placeholder)
