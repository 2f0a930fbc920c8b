"""Passwords that stand on a command line without a telling name, and SQL and file forms like it.

`--password x` and `NAME=x` belong to the assignments; here are the flags that only their command
explains: `mysql -pX`, `curl -u user:X`, `sshpass -p X`, `redis-cli -a X`, `IDENTIFIED BY 'X'`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, Openers, any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import is_placeholder, is_scrambled, looks_random

# Up to the flag: the rest of the command, over continued lines too.
_ARGUMENTS = r"(?=[ \t])(?:[^\n|;]|\\\n){0,400}?[ \t]"
_VALUE = r"(?:\\{0,3}\"([^\"\n\\]{3,200})|\\{0,3}'([^'\n\\]{3,200})|([^\s\"'`\\<>|;&]{3,200}))"
_USER = r"\\{0,3}[\"']?[^\s:\"'$/\\]{1,64}"
_LOGIN = (
    r"(?:'[^'\n:]{1,64}:([^'\n]{3,200})'|\"[^\"\n:]{1,64}:([^\"\n]{3,200})\"|[\w.-]{1,64}:([^\s|]{3,200}))"
)
_READS_STDIN = r"(?:sudo[ \t]+-S|(?:docker|podman|helm|gh|az|kinit|cryptsetup|passwd|gpg|ssh-add)\b)"
_RANDOM = r"\b([0-9a-f]{32,64}|[A-Za-z0-9_-]{32,90})\b"


_SHORTEST_KEY = 32
_SEED_PHRASE = "seed_phrase"


@dataclass(frozen=True, slots=True)
class CommandShape:
    """`word` opens the form (linear syntax); in `pattern`, matched there, one group is the secret."""

    word: str
    pattern: re.Pattern[str]
    kind: str = "command_password"
    placeholder: str = "PASSWORD"


def _flag(commands: str, flag: str) -> CommandShape:
    """Commands whose `flag` is followed by a password."""
    return CommandShape(commands, re.compile(rf"(?i:{commands}){_ARGUMENTS}{flag}{_VALUE}"))


def _form(
    word: str, rest: str, kind: str = "command_password", placeholder: str = "PASSWORD"
) -> CommandShape:
    return CommandShape(word, re.compile(rf"(?i:{word}){rest}"), kind, placeholder)


COMMAND_SHAPES = (
    _flag(r"sshpass", r"-p[ \t]*"),
    _flag(r"(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mysqlimport|mycli)", r"-p"),
    _flag(r"(?:curl|wget|xh)", rf"(?:-[a-zA-Z]{{0,6}}u|--user|--proxy-user|-U|-a|--auth)[ =]?{_USER}:"),
    _flag(r"redis-cli", r"(?:-a|--pass)[ \t]+"),
    _flag(r"(?:docker|podman|buildah|skopeo|helm registry|oras|nerdctl|az|oc)(?: acr)? login", r"-p[ \t]*"),
    _flag(r"(?:mongo|mongosh|mongodump|mongorestore|sqlcmd|bcp|cqlsh|clickhouse-client)", r"-[pP][ \t]+"),
    _flag(r"(?:ldapsearch|ldapadd|ldapmodify|ldapwhoami|ldapdelete)", r"-w[ \t]*"),
    _flag(r"(?:smbclient|rpcclient|smbmap|mount\.cifs)", r"-U[ \t]*[\"']?[\w\\/.-]{1,64}%"),
    _flag(r"(?:zip|unzip|zipinfo)", r"-P[ \t]*"),
    _flag(r"(?:7z|7za|7zz|rar|unrar)", r"-p"),
    _flag(r"htpasswd", r"-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}[ \t]+\S{1,200}[ \t]+\S{1,64}[ \t]+"),
    _flag(r"openssl enc", r"-k[ \t]+"),
    _flag(r"(?:xfreerdp3?|wlfreerdp|mstsc)", r"/p:"),
    _flag(r"lftp", r"-u[ \t]*[^\s,]{1,64},"),
    _form(r"(?:pass(?:in|out|wd)?)", rf"[ \t]+pass:{_VALUE}"),
    _form(
        r"identified",
        rf"[ \t]+(?i:(?:with[ \t]+\w+[ \t]+)?(?:by|as)(?:[ \t]+password)?)[ \t]+(?=\\?['\"]){_VALUE}",
    ),
    _form(
        r"(?:with|set|role|user)[ \t]+(?:\w+[ \t]+){0,3}(?:encrypted[ \t]+)?password",
        rf"[ \t]+(?=\\?['\"]){_VALUE}",
    ),
    _form(r"ConvertTo-SecureString", rf"(?:[ \t]+-String)?[ \t]+{_VALUE}"),
    _form(
        r"(?:echo|printf)",
        rf"(?:[ \t]+-[neE]+)?[ \t]+(?:'%s\\n'[ \t]+)?{_VALUE}[\"']?[ \t]*\|[ \t]*{_READS_STDIN}",
    ),
    _form(r"(?:echo|printf)", rf"[ \t]+{_LOGIN}[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd"),
    _form(r"chpasswd", rf"[ \t]*<<<[ \t]*{_LOGIN}"),
    _form(
        r"(?:auth|HTTPBasicAuth|login)",
        rf"[ \t]*=?[ \t]*\([ \t]*[\"'][^\"'\n]{{1,64}}[\"'][ \t]*,[ \t]*(?=[\"']){_VALUE}",
    ),
    _form(r"net use", rf"[ \t]+(?:\S{{1,100}}[ \t]+){{1,2}}(?![/*]){_VALUE}[ \t]+/user"),
    _form(r"net user", rf"[ \t]+[\w.-]{{1,32}}[ \t]+(?!/){_VALUE}[ \t]+/"),
    _form(
        r"(?:machine|default)",
        rf"(?:[ \t]+\S{{1,200}})?\s+(?i:login)\s+\S{{1,100}}\s+(?i:password)\s+{_VALUE}",
        "netrc_password",
    ),
    _flag(r"ssh-keygen", r"-N[ \t]*"),
    _flag(r"(?:keytool|jarsigner|apksigner)", r"-(?:store|key)pass[ \t]+"),
    _form(r"rootpw", rf"(?:[ \t]+--[a-z]+)*[ \t]+{_VALUE}"),
    _form(
        r"(?:env|setenv|set -[gUx]{1,3})", rf"[ \t]+\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|_KEY)[ \t]+{_VALUE}"
    ),
    _form(
        r"secrets? (?:set|add)",
        rf"[ \t]+\w+[ \t]+(?:--body|-b|--value)[ =]?{_VALUE}",
        "command_token",
        "SECRET",
    ),
    _form(r"https?[ \t]+(?:-a|--auth)", rf"[ =]+{_USER}:{_VALUE}"),
    _form(
        r"(?:mnemonic|(?:seed|recovery|secret)[ _-](?:phrase|words))",
        r"\\{0,3}[\"']?[ \t]*(?:[:=]|is)[ \t]*\\{0,3}[\"'`]?((?:[a-z]{3,8}[ \t]+){11,23}[a-z]{3,8})\b",
        _SEED_PHRASE,
        "SECRET",
    ),
    _form(r"with-token", rf"[ \t]*<<<[ \t]*{_VALUE}", "command_token", "TOKEN"),
    _form(r"appid", r"=([0-9a-f]{32})\b", "openweather_key", "API_KEY"),
    _form(
        r"(?:mot de passe|contrase.a|senha|wachtwoord|salasana|l.senord|has.o|jelsz.)",
        rf"\\{{0,3}}[\"']?[ \t]*[:=][ \t]*{_VALUE}",
        "password",
    ),
    _form(
        r"(?:credentials|creds|login)", rf"[ \t]*[:=][ \t]*[\w.@-]{{1,64}}[ \t]+/[ \t]+{_VALUE}", "password"
    ),
    _form(
        r"wandb",
        rf"(?:\.| )login(?:\([^)\n]{{0,40}}?[\"']|[ \t]+(?:--[\w-]+[ \t]+)*){_RANDOM}",
        "wandb_key",
        "API_KEY",
    ),
    _form(
        r"(?:wandb|w&b|weights (?:and|&) biases|vast(?:\.?ai)?)",
        rf"[^\n]{{0,60}}?(?i:key|token|login)[^\n\w]{{0,6}}(?:is[ \t:]+)?[\"'`]?{_RANDOM}",
        "wandb_or_vast_key",
        "API_KEY",
    ),
)

_OPENERS = Openers(f"(?i){shape.word}" for shape in COMMAND_SHAPES)
_LONGEST_WORD = 64
COMMANDS = Finder(r"(?i)\b" + any_of(sorted({shape.word for shape in COMMAND_SHAPES})) + r"\b")


def find_command_secrets(probe: Probe) -> Iterator[Candidate]:
    """Passwords that only the command before them explains."""
    for start, _ in probe.spans(COMMANDS):
        for place in _OPENERS.matching(probe.data[start : start + _LONGEST_WORD]):
            shape = COMMAND_SHAPES[place]
            match = shape.pattern.match(probe.text, start)
            if match and (found := _candidate(shape, match)):
                yield found


def _candidate(shape: CommandShape, match: re.Match[str]) -> Candidate | None:
    group = next((number for number, value in enumerate(match.groups(), 1) if value), 0)
    if not group or match[group].startswith(("-", "$", "/")):
        return None
    if is_placeholder(match[group]) and shape.kind != _SEED_PHRASE:
        return None
    if shape.kind == "password" and match[group].isalpha() and not is_scrambled(match[group]):
        return None
    if shape.placeholder == "API_KEY" and not looks_random(match[group], _SHORTEST_KEY):
        return None
    return Candidate(match.start(group), match.end(group), shape.kind, shape.placeholder)
