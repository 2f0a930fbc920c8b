"""Telling a real secret from what only stands in its place.

Judges a value by its shape alone: placeholder, code, path, number, words, or random characters.
Knows nothing of the names beside a value or of any provider's keys.
"""

import re
from base64 import b64decode
from functools import lru_cache

from afs_engine.stages.redaction.vocabulary import PLACEHOLDER_WORDS

_REFERENCE = re.compile(
    r"\$\{?[A-Za-z_]\w*(?:[:\-?][^}]*)?\}?\Z|\$[({]|\$env:|%[A-Za-z_]\w*%\Z|\{\{|\{[\w.\[\]'\" ]*\}\Z"
    r"|<[^>]*>?\Z|\[[^\]]*\]\Z|!(?:Ref|Sub|vault|secret)|@[\w.]+\(|secretKeyRef|vault:|arn:|op://|ref:|var\."
    r"|(?:os\.|process\.|import\.meta\.)?(?:environ|env|getenv)\b"
)
_BLANKED = ("...", "***", "xxxx", "XXXX", "####", "____", "----", "\x7f\x7f\x7f")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)*(?:(?<![0-9])[?!])?\Z")
_CALL = re.compile(r"(?:new |await )?[A-Za-z_][\w.:>-]*(?:\(|\[|\{|<[A-Za-z]|[=!<>+]=\w|&&|\|\|)")
_NUMBER = re.compile(
    r"[-+]?(?:[#$%&]+|0[xXbBoO])[0-9A-Fa-f_]{1,16}[hH]?\Z|[-+]?[0-9][0-9_.,]*(?:[eE][-+]?\d+)?[a-zA-Z%]?\Z"
)
_PATH = re.compile(r"(?:~|\.{1,2})?/(?:[\w.@-]*/)*[\w.@-]*\Z|[A-Za-z]:\\|file:|https?://[^@]*\Z")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z_.-]+")
_WORD = re.compile(r"(?:[A-Z]?[a-z]{0,14}|[A-Z]{0,15})[0-9]{0,2}\Z")
_NAME_PART = re.compile(r"[A-Za-z]{0,24}[0-9]?\Z")
_HEX = re.compile(r"[0-9a-f]+\Z|[0-9A-F]+\Z")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\Z")
_DIGEST = re.compile(r"(?:sha\d{1,3}|md5|blake2b|sha3)[-:]", re.IGNORECASE)
_PRINTED = ("12345678", "abcdefgh", "ABCDEFGH", "98765432", "example", "Example", "EXAMPLE")
_DIGIT = re.compile(r"[0-9]")
_DIGIT_AND_LETTER = re.compile(r"[0-9].*[A-Za-z]|[A-Za-z].*[0-9]", re.DOTALL)
_LONGEST_WORD = 20
_SHORTEST_SCRAMBLED = 8
# Fewer letters a word than this, and camel case is no explanation; the longer, the surer.
_LETTERS_A_WORD, _LETTERS_A_WORD_IF_LONG, _LONG = 2.8, 3.6, 20


@lru_cache(maxsize=4096)
def is_placeholder(value: str) -> bool:
    """True for `<YOUR_KEY>`, `$VAR`, `xxxx`, `sk-...`, `changeme`, `your-api-key`, `None` and the like."""
    if len(set(value)) <= (2 if len(value) < 12 else 3) or any(map(value.__contains__, _BLANKED)):
        return True
    if _REFERENCE.match(value):
        return True
    if is_wordy(value):
        parts = _SEPARATORS.split(value.lower())
        return any(part.rstrip("0123456789") in PLACEHOLDER_WORDS for part in parts)
    if _DIGIT.search(value):
        return False
    return all(part.lower() in PLACEHOLDER_WORDS for part in _CAMEL.findall(value))


def is_example_key(body: str) -> bool:
    """True for a key body that a manual would print: counted up, blanked, or spelled out."""
    return any(map(body.__contains__, _PRINTED)) or is_placeholder(body) or is_wordy(body)


@lru_cache(maxsize=4096)
def is_wordy(value: str) -> bool:
    """True when the value reads as words: every part of it a plain word, with 2 digits at most."""
    return all(map(_WORD.match, _SEPARATORS.split(value)))


def is_code(value: str) -> bool:
    """True for an unquoted value that a programmer would evaluate: a name, a member, a call."""
    if _CALL.match(value):
        return True
    if not _IDENTIFIER.match(value) or is_scrambled(value):
        return False
    return all(map(_NAME_PART.match, re.split(r"[\W_]+", value)))


def is_scrambled(value: str) -> bool:
    """True when the letters change case more often than camel case does: a random string."""
    words = _CAMEL.findall(value)
    letters = _LETTERS_A_WORD_IF_LONG if len(value) >= _LONG else _LETTERS_A_WORD
    return len(value) >= _SHORTEST_SCRAMBLED and len(value) < letters * len(words)


def has_odd_case(part: str) -> bool:
    """True for a few letters, two a word at most, that no camel case explains: `UgGC`, `qpaG`."""
    words = _CAMEL.findall(part)
    return len(words) > 1 and len(part) <= 2 * len(words)


def is_number(value: str) -> bool:
    """True for decimal, hexadecimal and binary numbers in the usual notations, `$7E0010` included."""
    return _NUMBER.match(value) is not None


def is_path(value: str) -> bool:
    """True for file paths and for URLs without a user part, when their parts read as words."""
    return _PATH.match(value) is not None and all(map(is_wordy, value.split("/")))


def is_hex(value: str) -> bool:
    """True for hex digits of one case."""
    return _HEX.match(value) is not None


def is_uuid(value: str) -> bool:
    """True for the 8-4-4-4-12 form."""
    return _UUID.match(value) is not None


def is_encoded_login(value: str) -> bool:
    """True for `user:password` in base64, as basic authentication and docker's settings carry it."""
    if len(value) % 4:
        return False
    try:
        decoded = b64decode(value, validate=True)
    except ValueError:
        return False
    return b":" in decoded and decoded.isascii() and decoded.decode().isprintable()


def looks_random(value: str, shortest: int) -> bool:
    """True when at least `shortest` long, without spaces, and neither words, a number nor a named digest."""
    if len(value) < shortest or " " in value or is_number(value) or _DIGEST.match(value):
        return False
    if is_wordy(value):
        return False
    return bool(_DIGIT_AND_LETTER.search(value)) or is_scrambled(value) or _has_long_run(value)


def _has_long_run(value: str) -> bool:
    """Letters in a row that no word has."""
    return max(map(len, _CAMEL.findall(value)), default=0) > _LONGEST_WORD
