"""Tokens known by their whole shape instead of a prefix: JWT, bot tokens, signed secrets.

Each rule is one regex that both the linear finder and Python's `re` take; the first group, or the
whole match, is the secret.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import is_example_key, is_hex
from afs_engine.stages.redaction.word_search import Word, WordGroup


@dataclass(frozen=True, slots=True)
class TokenShape:
    """One shape; `pattern` is matched where the finder found its start."""

    kind: str
    placeholder: str
    pattern: str


TOKEN_SHAPES = (
    TokenShape("jwt", "JWT", r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_=-]+){1,4}"),
    TokenShape("telegram_bot_token", "TOKEN", r"(?:bot)?([0-9]{8,10}:[A-Za-z0-9_-]{32,40})"),
    TokenShape(
        "discord_bot_token", "TOKEN", r"[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"
    ),
    TokenShape("discord_bot_token", "TOKEN", r"mfa\.[A-Za-z0-9_-]{60,}"),
    TokenShape("twilio_key", "API_KEY", r"SK[0-9a-f]{32}"),
    TokenShape("twilio_account_id", "API_KEY", r"AC[0-9a-f]{32}"),
    TokenShape("mailchimp_key", "API_KEY", r"[0-9a-f]{32}-us[0-9]{1,2}"),
    TokenShape("mailgun_key", "API_KEY", r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
    TokenShape("mailgun_key", "API_KEY", r"key-[0-9a-z]{32}"),
    TokenShape("newrelic_licence", "API_KEY", r"[0-9a-f]{36}NRAL"),
    TokenShape("ngrok_token", "TOKEN", r"2[A-Za-z0-9]{26}_[A-Za-z0-9]{20,22}"),
    TokenShape("lob_key", "API_KEY", r"(?:live|test)_(?:pub_)?[0-9a-f]{31,35}"),
    TokenShape("maxmind_key", "API_KEY", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    TokenShape("terraform_token", "TOKEN", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,70}"),
    TokenShape("okta_token", "TOKEN", r"00[A-Za-z0-9_-]{40}"),
    TokenShape("cloudflare_origin_key", "API_KEY", r"v1\.0-[0-9a-f]{24}-[0-9a-f]{100,200}"),
    TokenShape(
        "onepassword_secret_key",
        "API_KEY",
        r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}",
    ),
    TokenShape("azure_client_secret", "SECRET", r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{30,36}"),
    TokenShape("azure_storage_key", "API_KEY", r"(?:Account|SharedAccess)Key=([A-Za-z0-9+/]{40,}={0,2})"),
    TokenShape("firebase_server_key", "API_KEY", r"AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{100,}"),
    TokenShape("asana_token", "TOKEN", r"[12]/[0-9]{13,18}(?:/[0-9]{13,18})?:[0-9a-f]{32}"),
)
# Shapes with their mark amid random characters. To look for the characters before it would cost a linear
# engine as many states as there are characters; the mark alone is rare. First: how far before the mark.
MARKED_SHAPES = (
    (52, TokenShape("azure_devops_token", "TOKEN", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}")),
    (52, TokenShape("azure_openai_key", "API_KEY", r"[A-Za-z0-9]{52}JQQJ9[9D][A-Za-z0-9]{20,30}")),
    (42, TokenShape("azure_search_key", "API_KEY", r"[A-Za-z0-9]{42}AzSe[A-Za-z0-9]{6}")),
    (44, TokenShape("azure_function_key", "API_KEY", r"[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{6}={0,2}")),
)

_PATTERNS = tuple((shape, re.compile(shape.pattern)) for shape in TOKEN_SHAPES)
_LEAD = r"(?:\\[nrtbf]|%[0-9A-Fa-f]{2}|\[[0-9;]*m|\b)"
_MARKED_PATTERNS = tuple((lead, (shape, re.compile(shape.pattern))) for lead, shape in MARKED_SHAPES)
MARKS = WordGroup(tuple(map(Word, ("JQQJ99", "JQQJ9D", "AzSe", "AzFu"))))  # AZDO stands behind a JQQJ99
TOKENS = Finder(_LEAD + any_of(shape.pattern for shape in TOKEN_SHAPES))
_LEAD_PATTERN = re.compile(_LEAD)


def find_shaped_tokens(probe: Probe) -> Iterator[Candidate]:
    """Every token of a known shape that stands alone."""
    for start, _ in probe.spans(TOKENS):
        lead = _LEAD_PATTERN.match(probe.text, start)
        yield from _first_shape(probe, lead.end() if lead else start, _PATTERNS)
    for mark, *_ in probe.hits(MARKS):
        for distance, shape in _MARKED_PATTERNS:
            if mark >= distance:
                yield from _first_shape(probe, mark - distance, (shape,))


def _first_shape(
    probe: Probe, start: int, patterns: tuple[tuple[TokenShape, re.Pattern[str]], ...]
) -> Iterator[Candidate]:
    for shape, pattern in patterns:
        match = pattern.match(probe.text, start)
        if match and _stands_alone(probe, match):
            group = 1 if pattern.groups else 0
            yield Candidate(match.start(group), match.end(group), shape.kind, shape.placeholder)
            return


def _stands_alone(probe: Probe, match: re.Match[str]) -> bool:
    ends = probe.starts_word(match.start()) and probe.ends_word(match.end())
    in_name = probe.before(match.start(), 1) == "-"  # as in `cache-key-` and a digest
    return ends and not in_name and not is_hex(match.group()) and not is_example_key(match.group())
