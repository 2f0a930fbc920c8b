"""Secrets inside URLs: a password or token before the host, and webhook addresses.

Query parameters (`?token=`) belong to the assignments, hosts to the network family.
"""

import re
from collections.abc import Iterator

from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import is_placeholder, looks_random
from afs_engine.stages.redaction.vocabulary import DEFAULT_PASSWORDS
from afs_engine.stages.redaction.word_search import Word, WordGroup

_USER_PART = re.compile(
    r"://(?P<user>[^\s/:@\"'<>`\\]{0,256})(?::(?P<password>[^\s/\"'<>`\\]{1,512}))?@(?=[\w\[.%$-])"
)
AUTHORITIES = WordGroup((Word("://", r"[^\s/@\"'<>`\\]", 1, then="@"),))
_WEBHOOK_SHAPES = (
    ("slack_webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/_-]{16,200})"),
    (
        "teams_webhook",
        r"outlook\.office(?:365)?\.com/webhook/([0-9a-f@-]{36,80}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36})",
    ),
    (
        "discord_webhook",
        r"discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/([0-9]{15,21}/[A-Za-z0-9_-]{32,100})",
    ),
    ("teams_webhook", r"webhook\.office\.com/webhookb2/([A-Za-z0-9@/_-]{40,300})"),
    ("zapier_webhook", r"hooks\.zapier\.com/hooks/catch/([0-9]{4,12}/[A-Za-z0-9]{5,40})"),
)
_WEBHOOK_HOSTS = """
hooks.slack.com/ outlook.office.com/webhook/ outlook.office365.com/webhook/ discord.com/api/
discordapp.com/api/ webhook.office.com/webhookb2/ hooks.zapier.com/hooks/catch/
"""
WEBHOOKS = WordGroup(tuple(map(Word, _WEBHOOK_HOSTS.split())))
# A line of .pgpass: host, port, database, user, password.
PGPASS = Finder(r"(?:^|[\s\"'`])[A-Za-z0-9_.*-]+:(?:543[0-9]|6432|\*):[\w*-]+:[\w*.-]+:[^\s:]{4}")
_PGPASS = re.compile(r"[\s\"'`]?[\w.*-]+:(?:543[0-9]|6432|\*):[\w*-]+:[\w*.-]+:([^\s\"'`]{4,128})")
_WEBHOOK_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _WEBHOOK_SHAPES)


def find_url_secrets(probe: Probe) -> Iterator[Candidate]:
    """Passwords and tokens in the user part of a URL, and the secret part of webhook URLs."""
    for start, *_ in probe.hits(AUTHORITIES):
        yield from _user_part(_USER_PART.match(probe.text, start))
    for start, _ in probe.spans(PGPASS):
        match = _PGPASS.match(probe.text, start)
        if match and not _is_default(match[1]):
            yield Candidate(match.start(1), match.end(1), "pgpass_password", "PASSWORD")
    for start, *_ in probe.hits(WEBHOOKS):
        for kind, pattern in _WEBHOOK_PATTERNS:
            match = pattern.match(probe.text, start)
            if match and not is_placeholder(match[1]):
                yield Candidate(match.start(1), match.end(1), kind, "WEBHOOK")


def _user_part(match: re.Match[str] | None) -> Iterator[Candidate]:
    if not match:
        return
    password, user = match["password"], match["user"]
    if password and password != user and not _is_default(password):
        yield Candidate(match.start("password"), match.end("password"), "url_password", "PASSWORD")
    elif looks_random(user, 16) and not is_placeholder(user):
        yield Candidate(match.start("user"), match.end("user"), "url_token", "TOKEN")


def _is_default(password: str) -> bool:
    return password.lower() in DEFAULT_PASSWORDS or is_placeholder(password)
