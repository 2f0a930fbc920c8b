"""Sections as question and answer, and how giant ones are parted.

A section's answer is its whole own text; a giant one is cut at block borders only. Knows nothing of
tables' rows, memory maps or quests.
"""

import re
from collections.abc import Iterator

from afs_engine.stages.sources.oracle.docs.blocks import Document, fenced_lines
from afs_engine.stages.sources.oracle.docs.context import Context
from afs_engine.stages.sources.oracle.docs.section_wording import ask_for_section, section_kind
from afs_engine.stages.sources.oracle.docs.units import units
from afs_engine.stages.sources.oracle.draft import MAX_ANSWER_CHARS, Draft, Record, split_parts
from afs_engine.stages.sources.oracle.wording import part_note

_ARCHITECTURE = re.compile(r"architecture|system ?interactions", re.I)


def section_records(document: Document, told_elsewhere: frozenset[int]) -> Iterator[Record]:
    """One record a unit. Sections whose line is in `told_elsewhere` are left to their own reader."""
    for unit in units(document, told_elsewhere):
        if unit.useless:
            yield Record(skipped=unit.useless, size=unit.size)
        else:
            yield Record(tuple(_drafts(Context(document, unit.section), unit.lines)), size=unit.size)


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
