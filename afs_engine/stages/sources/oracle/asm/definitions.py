"""Definitions: `!define = value`, `Name = value`, struct fields and reserved memory, with their comments.

Owns what is read from such a line and from the text above it. Knows nothing of questions.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from afs_engine.stages.sources.oracle.asm.comments import banners, block_text, header_above
from afs_engine.stages.sources.oracle.asm.lines import AsmLine, is_meaningful, told
from afs_engine.stages.sources.oracle.asm.listing import Listing, Span

_DEFINE = re.compile(r"^(?P<name>!\w+)\s*(?P<sign>[#:?+]?=)\s*(?P<value>.*)$")
_SYMBOL = re.compile(r"^(?P<name>[A-Za-z_]\w*)\s*=(?!=)\s*(?P<value>\S.*)$")
_SKIP = re.compile(r"^(?P<name>\.?[A-Za-z_]\w*)\s*+:?\s*+skip\s+(?P<bytes>\$[0-9A-Fa-f]+|\d+)$", re.I)
_BASE = re.compile(r"^base\s+(?P<address>\$[0-9A-Fa-f]+|off)", re.I)
_HEX = re.compile(r"^\$([0-9A-Fa-f]{2,6})$")


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition. `kind` is define, symbol, field (of a struct) or variable (reserved memory).

    `value` is as written; for fields and variables it is the address, "" where it can't be told, and
    `size_bytes` is what they reserve. `note` stands beside it, `header` above its `block`: the
    definitions, this one included, that follow each other without a gap; a block is named by the line
    of its first.
    """

    kind: str
    name: str
    value: str
    note: str
    header: str
    banner: str
    path: str
    line: int
    block: int
    size_bytes: int

    @property
    def is_reserved(self) -> bool:
        """Whether it names memory rather than a value."""
        return self.kind in ("field", "variable")

    @property
    def size(self) -> str:
        return "1 byte" if self.size_bytes == 1 else f"{self.size_bytes} bytes"

    @property
    def place(self) -> str:
        """The file, and the banner it stands under."""
        return f"`{self.path}`, under “{self.banner}”" if self.banner else f"`{self.path}`"


def read_definitions(listing: Listing) -> list[Definition]:
    """Every definition of a file outside of macros, in the order of the file."""
    structs = {span.start: span for span in listing.structs}
    hidden = {index for span in (*listing.macros, *listing.structs) for index in range(span.start, span.end)}
    above = banners(listing.lines)
    found: list[Definition] = []
    cursor = _Cursor()
    block, header = 0, ""
    for index, line in enumerate(listing.lines):
        if index in structs:
            found += _fields(listing, structs[index], above[index])
        parsed = None if index in hidden else _parse(line, cursor)
        if parsed is None:
            block = 0
            continue
        if not block:
            block, header = line.number, block_text(header_above(listing.lines, index, gap=0))
        found.append(_definition(listing.path, line, parsed, (block, header, above[index])))
    return found


def _definition(path: str, line: AsmLine, parsed: "_Parsed", around: tuple[int, str, str]) -> Definition:
    """A parsed line with its comments; `around` is its block, the text above that, and the banner."""
    block, header, banner = around
    return Definition(
        kind=parsed.kind,
        name=parsed.name,
        value=parsed.value,
        size_bytes=parsed.size_bytes,
        note=told(line.comment) if is_meaningful(line.comment) else "",
        header=header,
        banner=banner,
        path=path,
        line=line.number,
        block=block,
    )


def resolve_addresses(definitions: Sequence[Definition]) -> dict[str, int]:
    """Name to number for all definitions whose value is one, or the name of one that is."""
    written = {one.name: one.value for one in definitions if one.kind != "define"}
    known = {name: number for name in written if (number := _number(name, written)) is not None}
    return dict(sorted(known.items()))


def _number(name: str, written: Mapping[str, str]) -> int | None:
    """What `name` stands for, through other names if need be."""
    for _ in range(8):
        value = written.get(name, "")
        match = _HEX.match(value)
        if match:
            return int(match[1], 16)
        name = value
    return None


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What a line alone says."""

    kind: str
    name: str
    value: str
    size_bytes: int = 0


@dataclass(slots=True)
class _Cursor:
    """Where `skip` reserves memory next, None where it can't be told."""

    address: int | None = None

    def move(self, statement: str) -> None:
        """Follows `base $addr` and `base off`."""
        base = _BASE.match(statement)
        if base:
            self.address = None if base["address"].lower() == "off" else _integer(base["address"])

    def reserve(self, size: int) -> str:
        """The address of the next `size` bytes, written out."""
        if self.address is None:
            return ""
        written = f"${self.address:06X}" if self.address > 0xFFFF else f"${self.address:04X}"
        self.address += size
        return written


def _parse(line: AsmLine, cursor: _Cursor) -> _Parsed | None:
    """The definition that a line is, or None."""
    statement = line.statement
    cursor.move(statement)
    for kind, pattern in (("define", _DEFINE), ("symbol", _SYMBOL)):
        match = pattern.match(statement)
        if match:
            return _Parsed(kind, match["name"], match["value"].strip())
    skip = _SKIP.match(statement)
    if skip is None or skip["name"].startswith("."):
        return None
    size = _integer(skip["bytes"])
    return _Parsed("variable", skip["name"], cursor.reserve(size), size)


def _fields(listing: Listing, span: Span, banner: str) -> Iterator[Definition]:
    """The fields of a struct as `Struct.field`, with addresses where the struct says where it lies."""
    cursor = _Cursor(_integer(span.argument) if _HEX.match(span.argument) else None)
    for line in listing.lines[span.start + 1 : span.end]:
        cursor.move(line.statement)
        skip = _SKIP.match(line.statement)
        if skip and skip["name"].startswith("."):
            size = _integer(skip["bytes"])
            parsed = _Parsed("field", span.name + skip["name"], cursor.reserve(size), size)
            yield _definition(listing.path, line, parsed, (span.start + 1, "", banner))


def _integer(text: str) -> int:
    return int(text[1:], 16) if text.startswith("$") else int(text)
