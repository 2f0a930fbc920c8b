"""Secrets in HTTP headers: Authorization in all its schemes, Bearer anywhere, cookies.

Named key headers such as `X-Api-Key` belong to the assignments. Knows no provider.
"""

import re
from collections.abc import Iterator

from afs_engine.data.compiled_words import AFTER_NO_WORD
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import (
    is_encoded_login,
    is_hex,
    is_placeholder,
    is_uuid,
    is_wordy,
    looks_random,
)
from afs_engine.stages.redaction.word_search import Word, WordGroup

_WORDS = ("bearer", "basic", "authorization", "set-cookie", "cookies", "cookie")
HEADERS = WordGroup(tuple(map(Word, _WORDS)), AFTER_NO_WORD, any_case=True)
_BEARER = re.compile(
    r"(?i:bearer)(?:\\{0,7}[\"'])?(?:[ \t]+|:[ \t]*|%20|\+)\\{0,7}[\"'`]?([A-Za-z0-9._~+/=-]{8,4096})"
)
_BASIC = re.compile(r"(?i:basic)[ \t]+\\{0,7}[\"'`]?([A-Za-z0-9+/_-]{8,2048}={0,2})")
_AUTHORIZATION = re.compile(
    r"(?i:authorization)\\{0,7}[\"']?[ \t]*[:=,][ \t]*\\{0,7}[\"'`]?"
    r"(?:[A-Za-z][A-Za-z0-9-]{1,20}[ \t]+)?(?:[a-z]+=)?([A-Za-z0-9._~+/=:-]{8,4096})"
)
_COOKIE = re.compile(
    r"(?i:(?:set-)?cookies?)\\{0,7}[\"']?[ \t]*[:=][ \t]*\\{0,7}[\"'`]?([^\n\"'`\\]{4,8192})"
)
# The pattern, kind and least length of what follows each word.
_CREDENTIALS = {
    "bearer": (_BEARER, "bearer_token", 16),
    "basic": (_BASIC, "basic_auth", 12),
    "authorization": (_AUTHORIZATION, "auth_header", 10),
}
_PAIR = re.compile(r"([\w.$-]{1,80})=([^\s;,]{8,4096})")
_HARMLESS_COOKIES = re.compile(
    r"(?i)_ga|_gid|_gcl|_fbp|utm|expires|path|domain|max-age|samesite|locale|theme|lang|version"
)
_SESSION_COOKIES = re.compile(r"(?i)sess|sid\b|auth|token|remember|csrf|xsrf|login|jwt|key|clearance")


def find_header_secrets(probe: Probe) -> Iterator[Candidate]:
    """Credentials in Authorization headers, bearer tokens, and session cookies."""
    covered = 0
    for start, _, place, _, _ in probe.hits(HEADERS):
        if _WORDS[place] in _CREDENTIALS:
            yield from _credential(probe, start, *_CREDENTIALS[_WORDS[place]])
        elif start >= covered and (header := _COOKIE.match(probe.text, start)):
            covered = header.end()
            yield from _cookies(header)


def _credential(
    probe: Probe, start: int, pattern: re.Pattern[str], kind: str, shortest: int
) -> Iterator[Candidate]:
    match = pattern.match(probe.text, start)
    value = match.group(1).rstrip(".:") if match else ""
    if match and not is_placeholder(value) and (looks_random(value, shortest) or is_encoded_login(value)):
        yield Candidate(match.start(1), match.start(1) + len(value), kind, "TOKEN")


def _cookies(header: re.Match[str]) -> Iterator[Candidate]:
    for pair in _PAIR.finditer(header.string, header.start(1), header.end(1)):
        if _is_session(pair[1], pair[2]):
            yield Candidate(pair.start(2), pair.end(2), "session_cookie", "SESSION")


def _is_session(name: str, value: str) -> bool:
    if _HARMLESS_COOKIES.match(name) or is_placeholder(value) or is_wordy(value):
        return False
    if _SESSION_COOKIES.search(name):
        return True
    return looks_random(value, 20) and not is_hex(value) and not is_uuid(value)
