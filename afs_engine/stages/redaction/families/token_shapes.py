"""Tokens known by their whole shape instead of a prefix: JWT, bot tokens, signed secrets.

Each rule is one regex and the words that it is looked for by; the first group, or the whole match, is the
secret.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from afs_engine.data.compiled_words import AT_WORD_START
from afs_engine.stages.redaction.families.key_shapes import BASE64, HEX, LOWER, UPPER, URL_SAFE, WORD
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import is_example_key, is_hex
from afs_engine.stages.redaction.word_search import Word, WordGroup


@dataclass(frozen=True, slots=True)
class TokenShape:
    """One shape. `words` open it, or stand `before` characters into it amid random ones."""

    kind: str
    placeholder: str
    pattern: re.Pattern[str]
    words: tuple[Word, ...]
    before: int = 0


def _shape(kind: str, placeholder: str, pattern: str, *words: Word, before: int = 0) -> TokenShape:
    return TokenShape(kind, placeholder, re.compile(pattern), words, before)


def _each(characters: str, body: str, least: int, then: str = "") -> tuple[Word, ...]:
    return tuple(Word(character, body, least, then=then) for character in characters)


_DIGITS = "0123456789"
_HEX32 = _each(_DIGITS + "abcdef", HEX, 31, "-")
TOKEN_SHAPES = (
    _shape("jwt", "JWT", r"eyJ[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_=-]+){1,4}", Word("eyJ", URL_SAFE, 8)),
    _shape(
        "telegram_bot_token",
        "TOKEN",
        r"(?:bot)?([0-9]{8,10}:[A-Za-z0-9_-]{32,40})",
        Word("bot", "[0-9]", 8, then=":"),
        *_each(_DIGITS, "[0-9]", 7, ":"),
    ),
    _shape(
        "discord_bot_token",
        "TOKEN",
        r"[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,8192}",
        *_each("MNO", URL_SAFE, 22),
    ),
    _shape("discord_bot_token", "TOKEN", r"mfa\.[A-Za-z0-9_-]{60,8192}", Word("mfa.", URL_SAFE, 60)),
    _shape("twilio_key", "API_KEY", r"SK[0-9a-f]{32}", Word("SK", HEX, 32)),
    _shape("twilio_account_id", "API_KEY", r"AC[0-9a-f]{32}", Word("AC", HEX, 32)),
    _shape("mailchimp_key", "API_KEY", r"[0-9a-f]{32}-us[0-9]{1,2}", *_HEX32),
    _shape("mailgun_key", "API_KEY", r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}", *_HEX32),
    _shape("mailgun_key", "API_KEY", r"key-[0-9a-z]{32}", Word("key-", LOWER, 32)),
    _shape("newrelic_licence", "API_KEY", r"[0-9a-f]{36}NRAL", Word("NRAL"), before=36),
    _shape("ngrok_token", "TOKEN", r"2[A-Za-z0-9]{26}_[A-Za-z0-9]{20,22}", Word("2", WORD, 26, then="_")),
    _shape(
        "lob_key",
        "API_KEY",
        r"(?:live|test)_(?:pub_)?[0-9a-f]{31,35}",
        *(Word(mode, "[0-9a-z_]", 31) for mode in ("live_", "test_")),
    ),
    _shape("maxmind_key", "API_KEY", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk", Word("_mmk"), before=36),
    _shape(
        "terraform_token",
        "TOKEN",
        r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,70}",
        Word(".atlasv1."),
        before=14,
    ),
    # Before version 1.10; a name of this length in code has no digit amid both cases, or goes on.
    _shape(
        "vault_token",
        "TOKEN",
        r"s\.(?=[A-Za-z]*[0-9])(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{24}(?![\w.(\[]| *[=+])",
        Word("s.", WORD, 24),
    ),
    _shape("okta_token", "TOKEN", r"00[A-Za-z0-9_-]{40}", Word("00", URL_SAFE, 40)),
    _shape(
        "cloudflare_origin_key", "API_KEY", r"v1\.0-[0-9a-f]{24}-[0-9a-f]{100,200}", Word("v1.0-", HEX, 24)
    ),
    _shape(
        "onepassword_secret_key",
        "API_KEY",
        r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}",
        Word("A3-", UPPER, 6, then="-"),
    ),
    _shape(
        "azure_client_secret",
        "SECRET",
        r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{30,36}",
        Word("7Q~"),
        Word("8Q~"),
        before=3,
    ),
    _shape(
        "azure_storage_key",
        "API_KEY",
        r"(?:Account|SharedAccess)Key=([A-Za-z0-9+/]{40,8192}={0,2})",
        *(Word(name + "Key=", BASE64, 40) for name in ("Account", "SharedAccess")),
    ),
    _shape(
        "firebase_server_key",
        "API_KEY",
        r"AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{100,8192}",
        Word(":APA91b"),
        before=11,
    ),
    _shape(
        "asana_token",
        "TOKEN",
        r"[12]/[0-9]{13,18}(?:/[0-9]{13,18})?:[0-9a-f]{32}",
        *(Word(version + "/", "[0-9]", 13) for version in "12"),
    ),
    # AZDO stands 24 characters behind a JQQJ99.
    _shape("azure_devops_token", "TOKEN", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}", Word("JQQJ99"), before=52),
    _shape(
        "azure_openai_key",
        "API_KEY",
        r"[A-Za-z0-9]{52}JQQJ9[9D][A-Za-z0-9]{20,30}",
        Word("JQQJ99"),
        Word("JQQJ9D"),
        before=52,
    ),
    _shape("azure_search_key", "API_KEY", r"[A-Za-z0-9]{42}AzSe[A-Za-z0-9]{6}", Word("AzSe"), before=42),
    _shape(
        "azure_function_key",
        "API_KEY",
        r"[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{6}={0,2}",
        Word("AzFu"),
        before=44,
    ),
)
_OPENED = tuple((word, shape) for shape in TOKEN_SHAPES if not shape.before for word in shape.words)
_MARKED = tuple((word, shape) for shape in TOKEN_SHAPES if shape.before for word in shape.words)
TOKENS = WordGroup(tuple(word for word, _ in _OPENED), AT_WORD_START)
MARKS = WordGroup(tuple(word for word, _ in _MARKED))


def find_shaped_tokens(probe: Probe) -> Iterator[Candidate]:
    """Every token of a known shape that stands alone."""
    done = 0
    for group, opened in ((TOKENS, _OPENED), (MARKS, _MARKED)):
        for at, _, place, *_ in probe.hits(group):
            shape = opened[place][1]
            start = at - shape.before
            match = shape.pattern.match(probe.text, start) if start >= done else None
            if match and _stands_alone(probe, match):
                done = match.end()
                place = 1 if shape.pattern.groups else 0
                yield Candidate(*match.span(place), shape.kind, shape.placeholder)
        done = 0


def _stands_alone(probe: Probe, match: re.Match[str]) -> bool:
    ends = probe.starts_word(match.start()) and probe.ends_word(match.end())
    in_name = probe.before(match.start(), 1) in ("-", "_")  # as in `cache-key-` and a digest
    return ends and not in_name and not is_hex(match.group()) and not is_example_key(match.group())
