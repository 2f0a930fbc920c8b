"""Keys that carry their provider's prefix, e.g. `sk-ant-...`, also when a terminal wrapped them.

Looks for all prefixes in one linear pass and then measures the body that follows. Bodies that a
manual prints (`sk-...`, `ghp_xxxx`, `AKIA...EXAMPLE`) are left alone.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from afs_engine.data.compiled_words import AT_WORD_START
from afs_engine.stages.redaction.families.key_shapes import KEY_SHAPES, UPPER, KeyShape
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import is_example_key, is_placeholder, is_wordy
from afs_engine.stages.redaction.word_search import Word, WordGroup

_BY_PREFIX = {prefix: shape for shape in KEY_SHAPES for prefix in shape.prefixes}
_SHAPES = tuple(_BY_PREFIX.values())
_LEAST_WRAPPED = 8
KEYS = WordGroup(
    tuple(
        Word(prefix, shape.alphabet, shape.shortest, _LEAST_WRAPPED) for prefix, shape in _BY_PREFIX.items()
    ),
    AT_WORD_START,
    longest_only=True,
)
_LINE_BREAK = re.compile(r"\r?\n[ \t]*")
_LONGEST_BODY = 8192
_WRAP_COLUMN = 60


def find_provider_keys(probe: Probe) -> Iterator[Candidate]:
    """Every key with a known prefix."""
    done = 0
    for start, end, place, _, _ in probe.hits(KEYS):
        if start < done or not probe.starts_word(start):
            continue
        done = end + _LEAST_WRAPPED  # `sk-sk-sk-` is not measured anew at each
        shape = _SHAPES[place]
        body_end = _measure_body(shape, probe, end)
        if body_end and not _is_example(shape, "".join(probe.text[end:body_end].split())):
            yield Candidate(start, body_end, shape.kind, shape.placeholder)


def _is_example(shape: KeyShape, body: str) -> bool:
    """True for what a manual prints. Capitals that end in a digit are a word only by chance."""
    is_whole = shape.alphabet == UPPER and len(body) == shape.usual and body[-1].isdigit()
    return is_placeholder(body) if is_whole else is_example_key(body)


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
