"""The lines of a session log that may still be written to: split, counted, decoded or refused.

Owns what a line of a chat log is, and under which reason a line that can't be decoded is counted.
Readers bring a typed msgspec decoder, which passes over all that the export does not need. That costs
about half of decoding every value, which is why the strict reader for rows that people hand in, where
every key is kept and checked, is not used here. Knows no vendor's fields.
"""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TypeVar

import msgspec

from afs_engine.data.records import RecordCounts

MALFORMED_LINE = "malformed line"
INCOMPLETE_LINE = "incomplete line"
LINE_TOO_LONG = "line too long"
UNREADABLE_FILE = "unreadable file"
UNKNOWN_TYPE = "unknown type"
REFUSALS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_BLOCK_BYTES = 1 << 16
_MAX_LINE_BYTES = 64 << 20
_BOM = b"\xef\xbb\xbf"

Record = TypeVar("Record")


class LogLines:
    """The lines of `path`, each counted as read.

    A file that can't be opened or read counts as one record, unreadable. Memory stays at a block and
    the longest line, whatever the file. A file that grows meanwhile gives its complete lines.
    """

    def __init__(self, path: Path, counts: RecordCounts) -> None:
        self._path = path
        self._counts = counts
        self._is_torn = False
        self.is_damaged = False

    def decode(
        self, decode: Callable[[bytes], Record], decode_other: Callable[[bytes], Record] | None = None
    ) -> Iterator[tuple[list[Record], list[bytes]]]:
        """Blocks of decoded records and, one to one, their lines; refused lines are counted, left out.

        `decode_other` is the slower way for blocks in which `decode` refused a line. A block ends at a
        damaged line, and `is_damaged` is true while that block is out.
        """
        for lines in self.blocks():
            try:
                records = [decode(line) for line in lines]
            except REFUSALS:
                yield from self._decode_each(lines, decode_other or decode)
            else:
                yield records, lines

    def _decode_each(
        self, lines: list[bytes], decode: Callable[[bytes], Record]
    ) -> Iterator[tuple[list[Record], list[bytes]]]:
        records: list[Record] = []
        taken: list[bytes] = []
        for line in lines:
            try:
                records.append(decode(line))
                taken.append(line)
            except REFUSALS:
                self.is_damaged = self._refuse(line)
                if self.is_damaged:
                    yield records, taken
                    records, taken = [], []
                    self.is_damaged = False
        yield records, taken

    def _refuse(self, line: bytes) -> bool:
        """Counts a line that no decoder took. True: what it said is lost, and others follow it."""
        if not line.strip():
            self._counts.read -= 1
            return False
        try:
            value = msgspec.json.decode(line)
        except REFUSALS:
            value = None
        if isinstance(value, dict):
            count_unknown(self._counts, value.get("type"))
            return False
        is_long = len(line) > _MAX_LINE_BYTES
        reason = INCOMPLETE_LINE if self._is_torn else MALFORMED_LINE
        self._counts.skip(LINE_TOO_LONG if is_long else reason)
        return not self._is_torn

    def skip_all(self, reason: str) -> None:
        """Counts all lines as skipped without decoding any."""
        for lines in self.blocks():
            blank = sum(1 for line in lines if line.isspace())
            self._counts.read -= blank
            self._counts.skip(reason, len(lines) - blank)

    def blocks(self) -> Iterator[list[bytes]]:
        """Lists of lines with their ends. Bytes after the last line end come as a list of their own."""
        try:
            with self._path.open("rb", buffering=0) as file:
                blocks = iter(lambda: file.read(_BLOCK_BYTES), b"")
                start = next(blocks, b"").removeprefix(_BOM)
                yield from self._split(chain((start,), blocks))
        except OSError:
            self._counts.read += 1
            self._counts.skip(UNREADABLE_FILE)

    def _split(self, blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
        line = _LineBeginning()
        for block in blocks:
            if b"\n" not in block:
                line.add(block)
                continue
            lines = BytesIO(block).readlines()  # finds line ends four times as fast as bytes.split
            lines[0] = line.take(lines[0])
            if not lines[-1].endswith(b"\n"):
                line.add(lines.pop())
            yield self._count(lines)
        if line.size:
            self._is_torn = True
            yield self._count([line.take(b"")])

    def _count(self, lines: list[bytes]) -> list[bytes]:
        self._counts.read += len(lines)
        return lines


class _LineBeginning:
    """What was read of a line whose end has not come.

    Of too long a line only the beginning is held and given, which no decoder takes for a whole one.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def add(self, piece: bytes) -> None:
        if self.size <= _MAX_LINE_BYTES:
            self._pieces.append(piece)
            self.size += len(piece)

    def take(self, rest: bytes) -> bytes:
        self.add(rest)
        line = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return line


def count_unknown(counts: RecordCounts, kind: object) -> None:
    """Counts a record whose type, or the shape under that type, no rule knows."""
    counts.unknown[kind if isinstance(kind, str) else "(none)"] += 1
    counts.skip(UNKNOWN_TYPE)
