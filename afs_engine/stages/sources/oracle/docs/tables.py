"""Tables: finding them in a section's text, and their rows as cells.

Follows GitHub's table rules: a header row, a delimiter row with as many cells, rows until a blank
line or another block. Knows nothing of questions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from afs_engine.stages.sources.oracle.docs.blocks import Section, fenced_lines
from afs_engine.stages.sources.oracle.docs.text import plain_cell

_DELIMITER_CELL = re.compile(r"^:?-+:?$")
_OTHER_BLOCK = re.compile(r"^ {0,3}(?:#{1,6}\s|>|[-+*]\s|\d+[.)]\s|`{3,}|~{3,})")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_PLACEHOLDERS = frozenset(
    [
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "?",
        "??",
        "???",
        "n/a",
        "na",
        "none",
        "tbd",
        "todo",
        "unknown",
        "needs audit",
        "...",
        "…",
    ]
)


@dataclass(frozen=True, slots=True)
class Row:
    """One table row: its 1-based line in the file, and as many cells as the header has."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its column names; cells are single lines, links and emphasis taken off."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def find_tables(section: Section) -> Iterator[Table]:
    """The tables in a section's own text, outside of fences."""
    lines = section.body
    fenced = fenced_lines(lines)
    index = 0
    while index + 1 < len(lines):
        header = _header_at(lines, fenced, index)
        if not header:
            index += 1
            continue
        end = _table_end(lines, fenced, index + 2)
        rows = [
            Row(section.body_line + i, _fit(_cells(lines[i]), len(header))) for i in range(index + 2, end)
        ]
        yield Table(header, tuple(rows))
        index = end


def is_placeholder(cell: str) -> bool:
    """Whether a cell says nothing: empty, a dash, TBD and the like."""
    return cell.strip("`*_ ").lower() in _PLACEHOLDERS


def _header_at(lines: Sequence[str], fenced: list[bool], index: int) -> tuple[str, ...]:
    """The column names of a table that starts at `index`, or ()."""
    if fenced[index] or fenced[index + 1] or "|" not in lines[index] or "-" not in lines[index + 1]:
        return ()
    delimiters = _cells(lines[index + 1])
    header = _cells(lines[index])
    if len(header) != len(delimiters) or not all(_DELIMITER_CELL.match(cell) for cell in delimiters):
        return ()
    return header


def _table_end(lines: Sequence[str], fenced: list[bool], index: int) -> int:
    """The first line after the table whose rows start at `index`."""
    while index < len(lines) and lines[index].strip() and not fenced[index]:
        if _OTHER_BLOCK.match(lines[index]) or "|" not in lines[index]:
            break
        index += 1
    return index


def _cells(line: str) -> tuple[str, ...]:
    """A line's cells; an escaped pipe is text."""
    text = line.strip()
    text = text.removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return tuple(plain_cell(cell.replace("\\|", "|")) for cell in _CELL_BORDER.split(text))


def _fit(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Missing cells are empty, surplus ones are cut, as GitHub shows them."""
    return (cells + ("",) * width)[:width]
