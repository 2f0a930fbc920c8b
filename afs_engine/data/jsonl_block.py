"""What the strict reader gives: blocks of whole lines, decoded, with everything refused beside them.

Owns the words of the reader: physical line, block, bad line, limits. Knows no file and no parser.

A physical line is what stands between two line feeds (byte 0x0A), or between one and either end of
the stream. Bytes after the last line feed are a line too; nothing after it is none, so an empty file
has no line. CR, U+0085, U+2028 and U+2029 end no line. A line of spaces, tabs and CRs only is blank.
Over all blocks of a stream: kept rows + bad lines + blank lines = physical lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from afs_engine.data.text_rows import TextRows

LINE_TOO_LONG = "line too long"
NESTED_TOO_DEEP = "nested too deep"
NOT_AN_OBJECT = "not an object"
NOT_JSON = "not JSON"
INVALID_UTF8 = "invalid UTF-8"
INNER_BOM = "byte order mark inside the file"
NUL_BYTES = "NUL bytes"
NAN_OR_INFINITY = "NaN or Infinity"
NUMBER_OUT_OF_RANGE = "number out of range"
LONE_SURROGATE = "lone surrogate"
DUPLICATE_KEY = "duplicate key"
CONTROL_CHARACTER = "control character in a string"
SEVERAL_VALUES = "several values on one line"
INCOMPLETE_LAST_LINE = "incomplete last line"


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """Caps that keep memory bounded whatever the file.

    A block has at most about `block_bytes` (plus one line) and `block_lines`; a longer line than
    `max_line_bytes` is one bad line and never held. The object itself is level 1 of `max_depth`.
    """

    max_line_bytes: int = 16 << 20
    max_depth: int = 100
    block_bytes: int = 4 << 20
    block_lines: int = 50_000
    raw_bytes: int = 64 << 10


DEFAULT_LIMITS = ReaderLimits()


@dataclass(frozen=True, slots=True)
class BadLine:
    """A refused physical line: its 1-based number, byte offset in the decompressed stream, and length.

    `reason` is one of this module's constants (or a shape problem), `detail` says what and where;
    `raw` holds the first bytes of the line, at most `ReaderLimits.raw_bytes`.
    """

    line: int
    offset: int
    length: int
    reason: str
    detail: str
    raw: bytes


@dataclass(slots=True)
class LineBlock:
    """Some consecutive physical lines: the rows kept, the lines refused, the count of blank ones.

    `data` holds the kept lines' bytes unchanged, each ended by one LF; `rows`, `numbers` and
    `offsets` (1-based physical line, byte offset of the line) go with them one to one. `notes` are
    remarks for a person: a byte order mark, a lying name, a file that grew. `texts` stands in for `rows`
    where who reads asked for it and every line is sound and holds known texts only.
    """

    data: bytes = b""
    rows: list[dict[str, Any]] = field(default_factory=list)
    numbers: Sequence[int] = ()
    offsets: Sequence[int] = ()
    bad: list[BadLine] = field(default_factory=list)
    blank: int = 0
    notes: list[str] = field(default_factory=list)
    texts: "TextRows | None" = None
    _lines: list[bytes] | None = None

    @property
    def lines(self) -> list[bytes]:
        """Each kept row's bytes from `{` to `}`: the physical line without CR or outer spaces."""
        if self._lines is None:
            self._lines = [line.strip() for line in self.data.split(b"\n")[: len(self.rows)]]
        return self._lines
