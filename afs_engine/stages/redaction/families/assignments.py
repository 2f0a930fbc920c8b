"""Secrets known by the name beside them: passwords, tokens and keys without a shape of their own.

Joins the three judgements: what the name promises, how the value is written, what the value looks
like. Covers vendors whose keys are plain hex or UUIDs (W&B, vast, Datadog, Heroku, Cohere ...).
"""

import re
import string
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from afs_engine.stages.redaction.assigned_values import (
    ARGUMENT_PATTERN,
    FLAG_PATTERN,
    LINK_PATTERN,
    LINK_RULE,
    Value,
    read_plain_value,
    read_value,
)
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.promised_values import holds_secret
from afs_engine.stages.redaction.secret_names import (
    LONE_STEMS,
    NAME_END_PATTERN,
    STEM_PATTERN,
    STEMS,
    URL_SIGNATURE,
    SecretName,
    Trust,
    judge_name,
)
from afs_engine.stages.redaction.word_search import NameGroup, Word

NAMES = NameGroup(
    tuple(map(Word, STEMS)) + tuple(Word(stem, then="[^A-Za-z0-9]") for stem in LONE_STEMS),
    any_case=True,
    pattern=any_of([STEM_PATTERN + NAME_END_PATTERN + LINK_PATTERN, FLAG_PATTERN + ARGUMENT_PATTERN]),
    rule=LINK_RULE,
)
_NAME = re.compile(rf"[\w.\-]*{STEM_PATTERN}{NAME_END_PATTERN}\Z")
_LINK = re.compile(LINK_PATTERN)
_FLAG = re.compile(FLAG_PATTERN + r"\Z")
_ARGUMENT = re.compile(ARGUMENT_PATTERN)
_WORD_MARKS = string.ascii_letters + "& _"
_LONGEST_NAME = 80
_LEAST_PASSWORD, _LEAST_KEY = 4, 8
# What stands beside most keys of JSON and of code, told from a key's value at one glance.
_SHORT_NUMBER = re.compile(
    r"\\{0,7}[\"'][ \t]*:[ \t]*[0-9]{1,7}(?=[\s,}\]])|[ \t]*[:=][ \t]*"
    r"(?:[0-9]{1,7}|[#$]{1,2}[0-9A-Fa-f]{1,8})(?=\s|\Z)"
)
_IN_URL = frozenset("?&;")
_COMPLAINT = ":?"  # `${NAME:?what to say when it is not set}`
_SIGNED_HEADER = "AWS4-HMAC"  # a signature is one of a request, in its URL or here; others guard no door


def find_assigned_secrets(probe: Probe) -> Iterator[Candidate]:
    """Values of secret names in text: code, configuration, JSON, headers, shells and plain talk."""
    text = probe.text
    for first, end, _, value, value_end in probe.hits(NAMES):
        named = _read_run(text[first:end], first > 0 and text[first - 1] == "\\")
        if named is None:
            continue
        found: Candidate | None
        if value and named.is_whole:
            found = _read_plain_secret(probe, named, (first, end, value, value_end))
        else:
            part = _joined_part(named, text, end)
            found = _read_secret(probe, part.promise, first + part.start, first + part.end) if part else None
        if found:
            yield found


def _joined_part(named: "_Run", text: str, end: int) -> "_Part | None":
    """The name or the flag that ends there, where something is joined to it that may be its value."""
    if named.is_name and _LINK.match(text, end):
        return named.name
    return named.flag if named.flag and _ARGUMENT.match(text, end) else None


class _Part(Struct, frozen=True, gc=False):
    """Where in a run of word characters a secret's name stands, and what it promises."""

    start: int
    end: int
    promise: SecretName


class _Run(Struct, frozen=True, gc=False):
    """A run of word characters: as a name with a stem at its end or before a new word, and as a flag.

    `is_whole` where the name is all of it.
    """

    is_name: bool
    is_whole: bool
    name: _Part | None
    flag: _Part | None


@lru_cache(maxsize=8192)
def _read_run(run: str, is_escaped: bool) -> _Run | None:
    """What a run may name; None for nothing. Where `is_escaped`, a backslash stands before it."""
    is_name = _NAME.match(run) is not None
    flag_start = _FLAG.search(run) if "-" in run else None
    name = _judge_part(run, int(is_escaped and run[0] in "nrt")) if is_name else None
    flag = _judge_part(run, flag_start.start()) if flag_start else None
    is_whole = name is not None and (name.start, name.end) == (0, len(run))
    return _Run(is_name, is_whole, name, flag) if name or flag else None


def _judge_part(run: str, start: int) -> _Part | None:
    """The name from `start` on, not too long and without marks behind it."""
    end = len(run.rstrip(".-"))
    start = max(start, end - _LONGEST_NAME)
    promise = judge_name(run[start:end])
    return _Part(start, end, promise) if promise else None


def _read_plain_secret(probe: Probe, named: "_Run", places: tuple[int, int, int, int]) -> Candidate | None:
    """The secret where the core says its value stands: start and end of the name, and of the value."""
    start, end, value_start, value_end = places
    if named.name is None or value_end - value_start < _least(named.name.promise):
        return None
    value = read_plain_value(probe.text, value_start, value_end, start, end)
    return _judge_value(probe, named.name.promise, value, start, end)


def _read_secret(probe: Probe, named: SecretName, start: int, end: int) -> Candidate | None:
    """The secret beside the name at `start:end`, if there is one."""
    if named.trust is not Trust.PASSWORD and _SHORT_NUMBER.match(probe.text, end):
        return None
    if probe.text.startswith(_COMPLAINT, end):
        return None
    value = read_value(probe.text, start, end)
    return _judge_value(probe, named, value, start, end) if value else None


def _judge_value(probe: Probe, named: SecretName, value: Value, start: int, end: int) -> Candidate | None:
    if value.end - value.start < _least(named):
        return None
    name = probe.text[start:end]
    promise = _judge_in_place(probe, named, name, start)
    if promise and holds_secret(promise, probe.text[value.start : value.end], value, name):
        return Candidate(value.start, value.end, promise.kind, promise.placeholder)
    return None


def _least(named: SecretName) -> int:
    return _LEAST_PASSWORD if named.trust is Trust.PASSWORD else _LEAST_KEY


def find_labelled_secret(folded: str, label: str) -> Iterator[Candidate]:
    """The whole text of a JSON value, where its key `label` is a secret's name."""
    promise = judge_name(label.rstrip(": "))
    text = folded.strip()
    if promise is None or promise.kind == URL_SIGNATURE or not text:
        return
    start = folded.index(text)
    value = Value(start, start + len(text), True, "assigned")
    if holds_secret(promise, text, value, label.rstrip(": ")):
        yield Candidate(value.start, value.end, promise.kind, promise.placeholder)


def _judge_in_place(probe: Probe, named: SecretName, name: str, start: int) -> SecretName | None:
    """The promise of a name, read with the words before it (`API key`, `W&B access token`)."""
    promise: SecretName | None = named
    if named.trust > Trust.MEDIUM:
        return named
    window = probe.before(start, 48)
    words = window[len(window.rstrip(_WORD_MARKS)) :].split()[-3:]
    if words and window[-1:] in " _" and name.isalpha():
        promise = judge_name(" ".join([*words, name]))
    if promise and window[-1:] in _IN_URL:
        return SecretName(Trust.STRONG, promise.kind, promise.placeholder)
    if promise and promise.kind == URL_SIGNATURE and _SIGNED_HEADER not in probe.before(start, 300):
        return None
    return promise
