"""Which sections are told together, and which say nothing.

A small subtree is one unit; tiny sections join the one above them; the rest stand alone. Knows nothing
of questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from afs_engine.stages.sources.oracle.docs.blocks import Document, Section
from afs_engine.stages.sources.oracle.docs.tables import is_placeholder

_TOLD_TOGETHER_CHARS = 1200
_TINY_CHILD_CHARS = 120
_MIN_CHARS = 50
_CONTENTS = re.compile(r"^(table of )?contents$|^toc$", re.I)
_LINKS_ONLY = re.compile(
    r"^\s*+(?:[-+*]|\d+[.)])?\s*+(?:\[[^\]]*\]\([^)]*\)|`[^`]+\.md`)\s*+(?:[-–—:].{0,60})?$"
)
_HEADER_FIELD = re.compile(r"^\W{0,4}[A-Z][\w /()-]{2,30}:(?:\*\*|__)?\s")


@dataclass(frozen=True, slots=True)
class Unit:
    """Sections that make one answer: the topmost, the cleaned text of all, how many there are.

    `useless` is the reason why the unit gives no sample, or "".
    """

    section: Section
    lines: list[str]
    size: int
    useless: str = ""

    @property
    def chars(self) -> int:
        return sum(len(line) + 1 for line in self.lines)


def units(document: Document, told_elsewhere: frozenset[int]) -> Iterator[Unit]:
    """Every section of a document in exactly one unit, those on lines of `told_elsewhere` apart."""
    left_out = set(told_elsewhere)
    for section in document.root.walk():
        reason = "" if section.children or section.line in told_elsewhere else _why_empty(section)
        if reason and section is not document.root:
            left_out.add(section.line)
            yield Unit(section, [], 1, reason)
    yield from _units(document.root, left_out, told_elsewhere)


def _units(section: Section, left_out: set[int], told_elsewhere: frozenset[int]) -> Iterator[Unit]:
    """The section with what is told together with it, then each of the rest."""
    whole = _whole(section, section.level, left_out)
    apart = any(below.line in told_elsewhere for below in section.walk())
    if whole.size > 1 and whole.chars <= _TOLD_TOGETHER_CHARS and not apart:
        yield _judged(whole)
        return
    lines, size = section.text, 1
    rest: list[Section] = []
    for child in section.children:
        told = _whole(child, section.level, left_out)
        if child.children or told.chars > _TINY_CHILD_CHARS:
            rest.append(child)
        elif child.line not in left_out:
            lines, size = _joined(lines, told.lines), size + told.size
    if section.line not in told_elsewhere or not section.level:
        yield _judged(Unit(section, lines, size))
    for child in rest:
        if child.children or child.line not in left_out:
            yield from _units(child, left_out, told_elsewhere)


def _whole(section: Section, above: int, left_out: set[int]) -> Unit:
    """A section and all below it as one text; headings below level `above` are kept, from `##` on."""
    lines: list[str] = []
    size = 0
    for part in section.walk():
        if part.line in left_out and part.level:
            continue
        if (part is not section or part.level > above) and (part.text or part.children):
            lines = _joined(lines, [f"{'#' * max(part.level - above + 1, 2)} {part.heading}", ""])
        lines, size = _joined(lines, part.text), size + 1
    return Unit(section, lines, size)


def _joined(above: list[str], below: list[str]) -> list[str]:
    """Two texts with one blank line between them."""
    if not above or not below:
        return above or below
    return above + below if not above[-1] else [*above, "", *below]


def _why_empty(section: Section) -> str:
    """Why a section without any below it says nothing by itself, or ""."""
    text = [line for line in section.body if line.strip()]
    if not section.text:
        return "heading without text"
    if _CONTENTS.match(section.heading):
        return "table of contents"
    if all(_LINKS_ONLY.match(line) for line in text):
        return "links only"
    if all(is_placeholder(line.strip(" -*.()")) for line in text):
        return "placeholder text"
    return ""


def _judged(unit: Unit) -> Unit:
    """The unit, with the reason why it is useless if it is."""
    words = [line for line in unit.lines if line.strip() and not line.startswith("#")]
    reason = ""
    if not words:
        reason = "heading without text"
    elif not unit.section.trail and all(_HEADER_FIELD.match(line) for line in words):
        reason = "document header only"
    elif unit.size == 1 and unit.section.children and words[-1].rstrip("* _").endswith(":"):
        reason = "only announces the sections below"
    elif sum(map(len, words)) < _MIN_CHARS:
        reason = "short section"
    return Unit(unit.section, unit.lines, unit.size, reason)
