"""Finds the assembly in an answer: fenced code, or bare lines that look like code.

A fence that names an assembly dialect is taken as it is. Without one, lines are code when at least
one of them is certain, most look like it (`looks.py`) and sentences are fewer; these are left out.
So prose with a stray `and`, `bit` or `inc` holds no assembly. Knows nothing of faults.
"""

import re
from typing import NamedTuple

from afs_engine.stages.scoring.assembly.lines import cut_comment
from afs_engine.stages.scoring.assembly.looks import Look, look_at


class CodeLine(NamedTuple):
    """A line of code and its 1-based line number in the answer."""

    number: int
    text: str


SMALLEST_SHARE_OF_CODE = 0.6
_FENCE = re.compile(r"\s{0,3}(?:```+|~~~+)\s*([\w.+#-]*)")
_DIALECTS = re.compile(r"asm\w*|\w*asm|assembly|assembler|asar|xkas|65\w*816\w*|6502|snes|s", re.IGNORECASE)


def find_code(answer: str) -> list[CodeLine]:
    """The code lines of an answer, continued lines joined; empty where it holds no assembly."""
    lines = [CodeLine(number, text) for number, text in enumerate(answer.splitlines(), start=1)]
    if "```" in answer or "~~~" in answer:
        fenced, untagged, outside = _split_fences(lines)
        found = fenced or _keep_if_code(untagged) or _keep_if_code(outside)
    else:
        found = _keep_if_code(lines)
    return _join_continued(found) if _CONTINUED.search(answer) else found


def _split_fences(lines: list[CodeLine]) -> tuple[list[CodeLine], list[CodeLine], list[CodeLine]]:
    """Lines in fences of an assembly dialect, in fences without a name, and outside of all."""
    fenced: list[CodeLine] = []
    untagged: list[CodeLine] = []
    outside: list[CodeLine] = []
    current = outside
    for line in lines:
        fence = _FENCE.match(line.text)
        if fence is None:
            current.append(line)
        elif current is not outside:
            current = outside
        elif not fence[1]:
            current = untagged
        else:
            current = fenced if _DIALECTS.fullmatch(fence[1]) else []
    return fenced, untagged, outside


def _keep_if_code(lines: list[CodeLine]) -> list[CodeLine]:
    """The lines that are no sentences, where they are code; else none."""
    looks = [look_at(line.text) for line in lines]
    certain, likely, other = (looks.count(look) for look in (Look.CERTAIN, Look.LIKELY, Look.OTHER))
    code = certain + likely
    if not certain or looks.count(Look.SENTENCE) > code or code < SMALLEST_SHARE_OF_CODE * (code + other):
        return []
    return [line for line, look in zip(lines, looks, strict=True) if look is not Look.SENTENCE]


_CONTINUED = re.compile(r"[,\\][ \t]*(?:;.*)?$", re.MULTILINE)


def _join_continued(lines: list[CodeLine]) -> list[CodeLine]:
    """A line that ends in `,` or `\\` goes on in the next one, as in asar."""
    joined: list[CodeLine] = []
    parts: list[str] = []
    first = 0
    for line in lines:
        cut = cut_comment(line.text)
        code = (line.text if cut is None else cut).rstrip()
        first = first if parts else line.number
        if code.endswith((",", "\\")):
            parts.append(code.removesuffix("\\"))
        elif parts and not code:
            continue
        else:
            joined.append(CodeLine(first, "".join([*parts, code]) if parts else line.text))
            parts = []
    return [*joined, CodeLine(first, "".join(parts))] if parts else joined
