"""Keys that carry their provider's prefix, e.g. `sk-ant-...`, also when a terminal wrapped them.

Looks for all prefixes in one linear pass and then measures the body that follows. Bodies that a
manual prints (`sk-...`, `ghp_xxxx`, `AKIA...EXAMPLE`) are left alone.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from afs_engine.stages.redaction.families.key_shapes import KEY_SHAPES, UPPER, KeyShape
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import WORD_LEAD, Finder, any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import is_example_key, is_placeholder, is_wordy

_BY_PREFIX = {prefix: shape for shape in KEY_SHAPES for prefix in shape.prefixes}
_LEAST_WRAPPED, _LEAST_MARKED = 8, 4
_LONGEST_PLAIN = 3
_ORDERED = sorted(_BY_PREFIX, key=lambda prefix: (-len(prefix), prefix))


def _opening_pattern(prefix: str) -> str:
    """The prefix and as little of the body as tells it from words: less behind a long, marked prefix."""
    is_telling = len(prefix) > _LONGEST_PLAIN and not prefix.isalnum()
    shortest = _LEAST_MARKED if is_telling else _LEAST_WRAPPED
    return re.escape(prefix) + f"{_BY_PREFIX[prefix].alphabet}{{{shortest}}}"


KEYS = Finder(any_of(map(_opening_pattern, _ORDERED)), WORD_LEAD)
_LENGTHS = sorted({len(prefix) for prefix in _BY_PREFIX}, reverse=True)
_LINE_BREAK = re.compile(r"\r?\n[ \t]*")
_LONGEST_BODY = 8192
_WRAP_COLUMN = 60


def find_provider_keys(probe: Probe) -> Iterator[Candidate]:
    """Every key with a known prefix."""
    for start, _ in probe.spans(KEYS):
        prefix = _prefix_at(probe.text, start)
        if not prefix or not probe.starts_word(start):
            continue
        shape, end = _BY_PREFIX[prefix], start + len(prefix)
        body_end = _measure_body(shape, probe, end)
        if body_end and not _is_example(shape, re.sub(r"\s+", "", probe.text[end:body_end])):
            yield Candidate(start, body_end, shape.kind, shape.placeholder)


def _is_example(shape: KeyShape, body: str) -> bool:
    """True for what a manual prints. Capitals that end in a digit are a word only by chance."""
    is_whole = shape.alphabet == UPPER and len(body) == shape.usual and body[-1].isdigit()
    return is_placeholder(body) if is_whole else is_example_key(body)


def _prefix_at(text: str, start: int) -> str:
    """The longest prefix that stands there, or empty."""
    for length in _LENGTHS:
        if (prefix := text[start : start + length]) in _BY_PREFIX:
            return prefix
    return ""


@lru_cache(maxsize=len(KEY_SHAPES))
def _body_pattern(shape: KeyShape) -> re.Pattern[str]:
    return re.compile(f"{shape.alphabet}{{1,{_LONGEST_BODY}}}")


def _measure_body(shape: KeyShape, probe: Probe, start: int) -> int | None:
    """Where the key ends, a wrapped second line included; None where too little follows the prefix."""
    match = _body_pattern(shape).match(probe.text, start)
    if not match:
        return None
    body = match.group()
    length = len(body.rstrip(".=-")) if body[-1] in ".-" else len(body)
    # What a sentence ends with is none of it, unless the key is too short without.
    end = start + max(length, min(len(body), shape.shortest))
    whole = _follow_wrap(shape, probe, start, match.end()) or end
    if whole - start < shape.shortest or not probe.ends_word(whole):
        return None
    return whole


def _follow_wrap(shape: KeyShape, probe: Probe, start: int, end: int) -> int | None:
    """The end on the next line, where a line break cut the key and the second part surely belongs to it."""
    gap = _LINE_BREAK.match(probe.text, end)
    first = end - start
    if not gap or first < _LEAST_WRAPPED or (shape.usual and first >= shape.usual):
        return None
    rest = _body_pattern(shape).match(probe.text, gap.end())
    if not rest or not probe.ends_word(rest.end()):
        return None
    if shape.usual:
        return rest.end() if first + len(rest.group()) == shape.usual else None
    column = end - (probe.text.rfind("\n", 0, end) + 1)
    belongs = column >= _WRAP_COLUMN and len(rest.group()) >= _LEAST_WRAPPED and not is_wordy(rest.group())
    return rest.end() if belongs else None
