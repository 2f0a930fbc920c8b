"""Passwords that stand on a command line without a telling name, and SQL and file forms like it.

The forms themselves are in command_shapes.py; here they are looked for and their values judged.
"""

import re
from collections.abc import Iterator

from afs_engine.stages.redaction.families.command_shapes import COMMAND_SHAPES, SEED_PHRASE, CommandShape
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, Openers, any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.value_shapes import is_placeholder, is_scrambled, looks_random

_SHORTEST_KEY, _SHORTEST_RANDOM = 32, 8
_OPENERS = Openers(f"(?i){shape.word}" for shape in COMMAND_SHAPES)
_LONGEST_WORD = 64
COMMANDS = Finder(r"(?i)\b" + any_of(sorted({shape.word for shape in COMMAND_SHAPES})) + r"\b")


def find_command_secrets(probe: Probe) -> Iterator[Candidate]:
    """Passwords that only the command before them explains."""
    for start, _ in probe.spans(COMMANDS):
        for place in _OPENERS.matching(probe.data[start : start + _LONGEST_WORD]):
            shape = COMMAND_SHAPES[place]
            match = shape.pattern.match(probe.text, start)
            if match and (found := _candidate(shape, match)):
                yield found


def _candidate(shape: CommandShape, match: re.Match[str]) -> Candidate | None:
    group = next((number for number, value in enumerate(match.groups(), 1) if value), 0)
    if not group or match[group].startswith(("-", "$", "/")):
        return None
    if is_placeholder(match[group]) and shape.kind != SEED_PHRASE:
        return None
    if shape.kind == "password" and match[group].isalpha() and not is_scrambled(match[group]):
        return None
    if shape.is_random and not looks_random(match[group], _SHORTEST_RANDOM):
        return None
    if shape.placeholder == "API_KEY" and not looks_random(match[group], _SHORTEST_KEY):
        return None
    return Candidate(match.start(group), match.end(group), shape.kind, shape.placeholder)
