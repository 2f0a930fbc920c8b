"""One assembly file, scanned: macros, structs and labels with the lines that belong to each.

Owns which line defines a label. Comments, `org` lines, assignments and data never do. Knows nothing of
comments' meaning or samples.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from afs_engine.stages.sources.oracle.asm.lines import DATA_DIRECTIVES, MNEMONICS, AsmLine, read_asm
from afs_engine.stages.sources.oracle.tree import SourceText

_LABEL = re.compile(r"^(?P<indent>\s*)(?P<name>[A-Za-z_]\w*):(?![=:])")
_RESERVED = MNEMONICS | DATA_DIRECTIVES
_MACRO = re.compile(r"^macro\s+(?P<name>\w+)\s*\((?P<parameters>[^)]*)\)", re.I)
_STRUCT = re.compile(r"^struct\s+(?P<name>\w+)(?:\s+(?P<address>\S+))?", re.I)
_RESERVATION = re.compile(r"^[A-Za-z_]\w*:\s*skip\b", re.I)
_ASIDE = re.compile(
    r"^(?:[{}]+$|!\w+\s*[#:?+]?=|[A-Za-z_]\w*\s*=|(?:assert|warnpc|print|if|else|endif)\b)", re.I
)
_LEAVES = re.compile(r"^(?:org|base|pushpc|pullpc|incsrc|namespace|macro|struct)\b", re.I)


@dataclass(frozen=True, slots=True)
class Span:
    """A macro or struct: its lines [start, end), 0-based, with its definition first."""

    name: str
    start: int
    end: int
    argument: str


@dataclass(slots=True)
class Label:
    """A label: 0-based line, lines of code [start, end), and the indented labels in them.

    A label at the line's start is a routine's, an indented one a part of the routine it stands in; only
    where it stands in none it is a routine's too.
    """

    name: str
    start: int
    end: int = 0
    parts: list["Label"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listing:
    """A file's lines and what is defined in them, in the order of the file."""

    path: str
    lines: tuple[AsmLine, ...]
    macros: tuple[Span, ...]
    structs: tuple[Span, ...]
    labels: tuple[Label, ...]


def scan(source: SourceText) -> Listing:
    """The file taken apart."""
    lines = read_asm(source.lines)
    macros = tuple(_spans(lines, _MACRO, "parameters", "endmacro"))
    structs = tuple(_spans(lines, _STRUCT, "address", "endstruct"))
    masked = {index for span in macros + structs for index in range(span.start, span.end)}
    return Listing(source.path, tuple(lines), macros, structs, tuple(_routines(lines, masked)))


def is_reservation(line: AsmLine) -> bool:
    """Whether a label only names reserved memory (`Name: skip 2`)."""
    return bool(_RESERVATION.match(line.statement))


def _spans(lines: Sequence[AsmLine], opening: re.Pattern[str], argument: str, closing: str) -> Iterator[Span]:
    """The spans that start with `opening`; one that is never closed is left out."""
    opened: tuple[str, int, str] | None = None
    for index, line in enumerate(lines):
        match = opening.match(line.statement)
        if match and opened is None:
            opened = (match["name"], index, match[argument] or "")
        elif opened and line.statement.lower() == closing:
            yield Span(opened[0], opened[1], index + 1, opened[2])
            opened = None


def _routines(lines: Sequence[AsmLine], masked: set[int]) -> Iterator[Label]:
    """Every routine's label with its parts, ends set."""
    heads = list(_label_lines(lines, masked))
    outer_starts = _following_outer(heads, len(lines))
    current = Label("", 0)
    for position, (label, indented) in enumerate(heads):
        following = heads[position + 1][0].start if position + 1 < len(heads) else len(lines)
        if indented and label.start < current.end:
            label.end = min(_block_end(lines, label.start, following) or following, current.end)
            current.parts.append(label)
            continue
        limit = outer_starts[position]
        label.end = _block_end(lines, label.start, limit) or _trimmed_end(lines, label.start, limit)
        current = label
        yield label


def _following_outer(heads: Sequence[tuple[Label, bool]], end: int) -> list[int]:
    """For each label, the line of the next one that is not indented, or `end`."""
    starts: list[int] = []
    for label, indented in reversed(heads):
        starts.append(end)
        end = end if indented else label.start
    return starts[::-1]


def _label_lines(lines: Sequence[AsmLine], masked: set[int]) -> Iterator[tuple[Label, bool]]:
    """(label, is indented) for each line that defines one."""
    for index, line in enumerate(lines):
        match = _LABEL.match(line.code) if index not in masked else None
        if match and match["name"] not in _RESERVED and not is_reservation(line):
            yield Label(match["name"], index), bool(match["indent"])


def _block_end(lines: Sequence[AsmLine], start: int, limit: int) -> int:
    """The line after the `}` of the braces that a label opens, or 0 when it opens none."""
    depth = 0
    for index in range(start, limit):
        code = re.sub(r'"[^"]*"', "", lines[index].code)
        if not depth and index > start and code.strip() and not code.strip().startswith("{"):
            return 0
        depth += code.count("{") - code.count("}")
        if depth <= 0 and ("{" in code or "}" in code):
            return index + 1
    return limit if depth else 0


def _trimmed_end(lines: Sequence[AsmLine], start: int, limit: int) -> int:
    """The end of a body without braces: before code goes elsewhere, and without what trails it."""
    end = start + 1
    for index in range(start + 1, limit):
        statement = lines[index].statement
        if _LEAVES.match(statement):
            break
        if statement and not _is_aside(statement):
            end = index + 1
    return end


def _is_aside(statement: str) -> bool:
    """A statement that does not by itself belong to the routine above it."""
    return bool(_ASIDE.match(statement))
