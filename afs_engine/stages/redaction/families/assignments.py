"""Secrets known by the name beside them: passwords, tokens and keys without a shape of their own.

Joins the three judgements: what the name promises, how the value is written, what the value looks
like. Covers vendors whose keys are plain hex or UUIDs (W&B, vast, Datadog, Heroku, Cohere ...).
"""

import re
import string
from collections.abc import Iterator

from afs_engine.stages.redaction.assigned_values import FLAG_PATTERN, LINK_PATTERN, Value, read_value
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.promised_values import holds_secret
from afs_engine.stages.redaction.secret_names import (
    NAME_PATTERN,
    STEM_PATTERN,
    URL_SIGNATURE,
    SecretName,
    Trust,
    judge_name,
)

STEMS = Finder(STEM_PATTERN)  # cheaper than NAMES: says whether NAMES can find anything
_NAMES = Finder(any_of([NAME_PATTERN + LINK_PATTERN, FLAG_PATTERN]))
_NAME = re.compile(r"[\w.\-]*")
_WORD_MARKS = string.ascii_letters + "& _"
_LONGEST_NAME = 80
_IN_URL = frozenset("?&;")
_SIGNED_HEADER = "AWS4-HMAC"  # a signature is one of a request, in its URL or here; others guard no door


def find_assigned_secrets(probe: Probe) -> Iterator[Candidate]:
    """Values of secret names in text: code, configuration, JSON, headers, shells and plain talk."""
    at = 0 if STEMS in probe.openings else len(probe.data)
    while span := _NAMES.search(probe.data, at):
        at = _end_of_name(probe.text, span[0])
        if found := _read_secret(probe, *_trim_name(probe.text, span[0], at)):
            yield found


def _read_secret(probe: Probe, start: int, end: int) -> Candidate | None:
    """The secret beside the name at `start:end`, if there is one."""
    name = probe.text[start:end]
    promise = _judge_in_place(probe, name, start)
    value = read_value(probe.text, start, end) if promise else None
    if promise and value and holds_secret(promise, probe.text[value.start : value.end], value, name):
        return Candidate(value.start, value.end, promise.kind, promise.placeholder)
    return None


def find_labelled_secret(probe: Probe) -> Iterator[Candidate]:
    """The whole text of a JSON value, where its key (`probe.label`) is a secret's name."""
    promise = judge_name(probe.label.rstrip(": "))
    text = probe.text.strip()
    if promise is None or promise.kind == URL_SIGNATURE or not text:
        return
    start = probe.text.index(text)
    value = Value(start, start + len(text), True, "assigned")
    if holds_secret(promise, text, value, probe.label.rstrip(": ")):
        yield Candidate(value.start, value.end, promise.kind, promise.placeholder)


def _end_of_name(text: str, start: int) -> int:
    match = _NAME.match(text, start)
    return match.end() if match else start + 1


def _trim_name(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the name really is: not within an escape (`\\nPASSWORD`), not too long, no dots behind."""
    if start and text[start - 1] == "\\" and text[start] in "nrt":
        start += 1
    while text[end - 1] in ".-":
        end -= 1
    return max(start, end - _LONGEST_NAME), end


def _judge_in_place(probe: Probe, name: str, start: int) -> SecretName | None:
    """The promise of a name, read with the words before it (`API key`, `W&B access token`)."""
    promise = judge_name(name)
    if promise is None or promise.trust > Trust.MEDIUM:
        return promise
    window = probe.before(start, 48)
    words = window[len(window.rstrip(_WORD_MARKS)) :].split()[-3:]
    if words and window[-1:] in " _" and name.isalpha():
        promise = judge_name(" ".join([*words, name]))
    if promise and window[-1:] in _IN_URL:
        return SecretName(Trust.STRONG, promise.kind, promise.placeholder)
    if promise and promise.kind == URL_SIGNATURE and _SIGNED_HEADER not in probe.before(start, 300):
        return None
    return promise
