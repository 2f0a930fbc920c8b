"""Sections as question and answer: which sections are told together, and how giant ones are parted.

A section's answer is its whole own text. A small subtree is told as one; giant sections are cut at
block borders only. Knows nothing of tables' rows, memory maps or quests.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from afs_engine.stages.sources.oracle.docs.blocks import Document, Section, fenced_lines
from afs_engine.stages.sources.oracle.docs.context import Context
from afs_engine.stages.sources.oracle.docs.section_wording import ask_for_section, section_kind
from afs_engine.stages.sources.oracle.docs.tables import is_placeholder
from afs_engine.stages.sources.oracle.docs.text import clean_lines
from afs_engine.stages.sources.oracle.draft import MAX_ANSWER_CHARS, Draft, Record, split_parts
from afs_engine.stages.sources.oracle.wording import part_note

_TOLD_TOGETHER_CHARS = 1200
_TINY_CHILD_CHARS = 120
_MIN_CHARS = 50
_CONTENTS = re.compile(r"^(table of )?contents$|^toc$|^index of sections$", re.I)
_LINKS_ONLY = re.compile(r"^\s*+(?:[-+*]|\d+[.)])?\s*+\[[^\]]*\]\([^)]*\)\s*+(?:[-–—:].{0,60})?$")
_HEADER_FIELD = re.compile(r"^\W{0,4}[A-Z][\w /()-]{2,30}:(?:\*\*|__)?\s")
_ARCHITECTURE = re.compile(r"architecture|system ?interactions", re.I)


@dataclass(frozen=True, slots=True)
class Unit:
    """Sections that make one answer: the topmost, the cleaned text of all, and how many there are."""

    section: Section
    lines: list[str]
    size: int

    @property
    def chars(self) -> int:
        return sum(len(line) + 1 for line in self.lines)


def section_records(document: Document, told_elsewhere: set[int]) -> Iterator[Record]:
    """One record a unit. Sections whose line is in `told_elsewhere` are left to their own reader."""
    for unit in _units(document.root, told_elsewhere):
        reason = _why_useless(unit)
        if reason:
            yield Record(skipped=reason, size=unit.size)
        else:
            yield Record(tuple(_drafts(Context(document, unit.section), unit.lines)), size=unit.size)


def own_lines(section: Section) -> list[str]:
    """A section's own text, cleaned."""
    return clean_lines(section.body, fenced_lines(section.body))


def _units(section: Section, told_elsewhere: set[int]) -> Iterator[Unit]:
    """The section with what is told together with it, then each of the rest."""
    whole = _whole(section, section.level)
    apart = any(below.line in told_elsewhere for below in section.walk())
    if section.children and whole.chars <= _TOLD_TOGETHER_CHARS and not apart:
        yield whole
        return
    lines, size = own_lines(section), 1
    rest: list[Section] = []
    for child in section.children:
        told = _whole(child, section.level)
        if told.chars <= _TINY_CHILD_CHARS and child.line not in told_elsewhere:
            lines, size = _joined(lines, told.lines), size + told.size
        else:
            rest.append(child)
    if section.line not in told_elsewhere or not section.level:
        yield Unit(section, lines, size)
    for child in rest:
        yield from _units(child, told_elsewhere)


def _whole(section: Section, above: int) -> Unit:
    """A section and all below it as one text; headings below level `above` are kept, one level up each."""
    lines: list[str] = []
    for part in section.walk():
        own = own_lines(part)
        is_headed = part is not section or section.level > above
        if is_headed and (own or part.children):
            lines = _joined(lines, [f"{'#' * max(part.level - above + 1, 2)} {part.heading}", ""])
        lines = _joined(lines, own)
    return Unit(section, lines, sum(1 for _ in section.walk()))


def _joined(above: list[str], below: list[str]) -> list[str]:
    """Two texts with one blank line between them."""
    if not above or not below:
        return above or below
    return above + below if not above[-1] else [*above, "", *below]


def _why_useless(unit: Unit) -> str:
    """The reason why a unit gives no sample, or ""."""
    text = [line for line in unit.lines if line.strip()]
    words = [line for line in text if not line.startswith("#")]
    if not words:
        return "heading without text"
    if _CONTENTS.match(unit.section.heading):
        return "table of contents"
    if all(_LINKS_ONLY.match(line) for line in unit.section.body if line.strip()) and unit.size == 1:
        return "links only"
    if all(is_placeholder(line.strip(" -*.()")) for line in words):
        return "placeholder text"
    if not unit.section.trail and all(_HEADER_FIELD.match(line) for line in words):
        return "document header only"
    if unit.size == 1 and unit.section.children and words[-1].rstrip("* _").endswith(":"):
        return "only announces the sections below"
    return "short section" if sum(map(len, words)) < _MIN_CHARS else ""


def _drafts(context: Context, lines: list[str]) -> Iterator[Draft]:
    """The unit as one sample, or as several where it is giant."""
    kind = section_kind(context, lines)
    question = ask_for_section(context, kind)
    domain = "architecture" if _is_architecture(context.document) else "docs"
    parts = split_parts(_blocks(lines), MAX_ANSWER_CHARS, "\n\n")
    for number, text in enumerate(parts, start=1):
        yield Draft(
            kind="section",
            domain=domain,
            instruction=question + part_note(number, len(parts)),
            output=text,
            source=context.document.path,
            group=context.document.path,
            line=context.section.line,
            name=context.heading or context.title,
            extra={"section_kind": kind} | ({"part": number, "parts": len(parts)} if len(parts) > 1 else {}),
        )


def _is_architecture(document: Document) -> bool:
    """Whether a document is about how systems are built and work together, by its name or title."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", document.path.rsplit("/", 1)[-1])
    return bool(_ARCHITECTURE.search(name) or _ARCHITECTURE.search(document.title))


def _blocks(lines: list[str]) -> list[str]:
    """Paragraphs, lists, tables and fences; one that is longer than an answer may be is parted by lines."""
    blocks: list[list[str]] = [[]]
    for line, inside in zip(lines, fenced_lines(lines), strict=True):
        if not line.strip() and not inside:
            blocks.append([])
        else:
            blocks[-1].append(line)
    return [part for block in blocks if block for part in _part_block(block)]


def _part_block(block: list[str]) -> list[str]:
    """A block within the limit as it is; else pieces, each with the fence or table head it needs."""
    if sum(len(line) + 1 for line in block) <= MAX_ANSWER_CHARS:
        return ["\n".join(block)]
    head, foot = _wrapping(block)
    body = block[len(head) : len(block) - len(foot)]
    room = MAX_ANSWER_CHARS - sum(len(line) + 1 for line in head + foot)
    return ["\n".join([*head, piece, *foot]) for piece in split_parts(body, room, "\n")]


def _wrapping(block: list[str]) -> tuple[list[str], list[str]]:
    """The lines that every piece of a giant block repeats: a fence's marks, or a table's head."""
    if re.match(r"\s*[`~]{3}", block[0]):
        mark = re.match(r"\s*[`~]+", block[-1])
        return [block[0]], [block[-1]] if mark and len(block) > 1 else []
    if "|" in block[0] and len(block) > 2 and re.match(r"^[\s|:-]+$", block[1]):
        return block[:2], []
    return [], []
