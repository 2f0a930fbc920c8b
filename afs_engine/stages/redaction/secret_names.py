"""Which variable names promise a secret, and how much of one.

Splits a name such as `DB_PASSWORD`, `x-api-key` or `clientSecret` into words and says what kind of
value should stand beside it and how strictly that value must be judged. Never sees a value.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from afs_engine.stages.redaction.vocabulary import (
    KEY_OPPOSITES,
    KEY_QUALIFIERS,
    PASSWORD_ENDINGS,
    PASSWORD_WORDS,
    SECRET_ENDINGS,
    TOKEN_OPPOSITES,
    TRAILING_WORDS,
    VENDORS,
)


class Trust(IntEnum):
    """How far a name alone proves a secret: the weaker the name, the more random its value must be."""

    WEAK = 1
    MEDIUM = 2
    STRONG = 3
    PASSWORD = 4


@dataclass(frozen=True, slots=True)
class SecretName:
    """What a name promises; `placeholder` is the word in `<PASSWORD_1>`."""

    trust: Trust
    kind: str
    placeholder: str


# Every secret's name has one of these stems, at its end or before a new word; the short ones only as
# words of their own. `tokens`, `keyboard` and `author` are no names of secrets.
STEMS = (
    *("pass", "pwd", "kennwort", "secret", "token", "key", "auth", "cred"),
    *("session", "sessid", "cookie", "signature"),
)
LONE_STEMS = ("pw", "psw", "psk", "pat", "sid", "sig", "sess")
_STEMS = (
    r"pass(?:word|wd|phrase|code|wort)?|pwd|kennwort|secret|token|key|auth(?:orization)?|cred(?:ential)?s?"
    rf"|session(?:id)?|sessid|cookie|signature|(?:\b|_)(?:{'|'.join(LONE_STEMS)})(?:\b|_)"
)
STEM_PATTERN = rf"(?i:{_STEMS})"
NAME_END_PATTERN = r"(?:[_.\-0-9A-Z][\w.\-]*)?"

URL_SIGNATURE = "url_signature"
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_VENDOR_KINDS = {
    "aws": "aws_secret_key",
    "wandb": "wandb_key",
    "wb": "wandb_key",
    "vast": "vast_key",
    "vastai": "vast_key",
    "cohere": "cohere_key",
    "mistral": "mistral_key",
    "heroku": "heroku_key",
    "cloudflare": "cloudflare_key",
    "cf": "cloudflare_key",
    "datadog": "datadog_key",
    "dd": "datadog_key",
    "twilio": "twilio_token",
    "azure": "azure_key",
}


@lru_cache(maxsize=8192)
def judge_name(name: str) -> SecretName | None:
    """What `name` promises, its words split by case or marks; None where it promises nothing."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while words and (words[-1].isdigit() or (words[-1] in TRAILING_WORDS and len(words) > 1)):
        words.pop()
    if not words:
        return None
    return _judge_words(words, name)


def _judge_words(words: list[str], name: str) -> SecretName | None:
    last, previous = words[-1], words[-2] if len(words) > 1 else ""
    if last in PASSWORD_WORDS or last.endswith(PASSWORD_ENDINGS):
        return SecretName(Trust.PASSWORD, "password", "PASSWORD")
    vendor = next((word for word in words if word in VENDORS), "")
    if last.endswith(("token", "secret")) or last == "pat":
        return _judge_token(last, previous, vendor, name)
    if last.endswith("key"):
        return _judge_key(last, previous, vendor, name)
    return _judge_rest(last, previous, vendor)


def _judge_token(last: str, previous: str, vendor: str, name: str) -> SecretName | None:
    if last.endswith("token") and previous in TOKEN_OPPOSITES:
        return None
    if last == "pat" and not (name.isupper() and previous):
        return None
    word = "secret" if last.endswith("secret") else "token"
    qualified = bool(previous or vendor) or last not in ("token", "secret")
    kind = _VENDOR_KINDS.get(vendor, word)
    return SecretName(Trust.STRONG if qualified else Trust.MEDIUM, kind, word.upper())


def _judge_key(last: str, previous: str, vendor: str, name: str) -> SecretName | None:
    kind = _VENDOR_KINDS.get(vendor, "api_key")
    if last.endswith(SECRET_ENDINGS) or (last == "key" and (previous in KEY_QUALIFIERS or vendor)):
        return SecretName(Trust.STRONG, kind, "API_KEY")
    if last != "key" or previous in KEY_OPPOSITES:
        return None
    if name.isupper() and previous:
        return SecretName(Trust.MEDIUM, kind, "API_KEY")
    return SecretName(Trust.WEAK, kind, "API_KEY")


def _judge_rest(last: str, previous: str, vendor: str) -> SecretName | None:
    if last.endswith(SECRET_ENDINGS) or last in ("creds", "cred"):
        return SecretName(Trust.STRONG, _VENDOR_KINDS.get(vendor, "secret"), "SECRET")
    if last in ("auth", "authorization") and previous != "no":
        return SecretName(Trust.MEDIUM, "auth_header", "TOKEN")
    if last in ("sid", "sess", "session", "sessionid", "sessid", "cookie"):
        return SecretName(Trust.WEAK, "session_cookie", "SESSION")
    if last in ("sig", "signature"):
        return SecretName(Trust.WEAK, URL_SIGNATURE, "SIGNATURE")
    return None
