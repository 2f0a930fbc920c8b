"""The lines of a session log that may still be written to: split, counted, decoded or refused.

Owns what a line of a chat log is, and under which reason a line that can't be decoded is counted.
Readers bring a typed msgspec decoder, which passes over all that the export does not need. That costs
about half of decoding every value, which is why the strict reader for rows that people hand in, where
every key is kept and checked, is not used here; its faults, its caps and its quarantine are. Where a
key stands twice in an object the last one counts, as for the programs that write these logs; bytes in
fields that no reader takes are not looked at. Knows no vendor's fields.
"""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TypeVar

import msgspec

from afs_engine.data.input_bytes import ByteSource, DamagedInputError, GzipSource, PlainSource, ZstdSource
from afs_engine.data.input_format import UTF8_BOM, packing_of
from afs_engine.data.input_open import OpenedInput, open_input
from afs_engine.data.jsonl_block import DEFAULT_LIMITS, LINE_TOO_LONG, BadLine
from afs_engine.data.jsonl_fault import find_fault
from afs_engine.data.records import RecordCounts
from afs_engine.errors import InputError

MALFORMED_LINE = "malformed line"
INCOMPLETE_LINE = "incomplete line"
UNREADABLE_FILE = "unreadable file"
DAMAGED_ARCHIVE = "damaged archive"
UNKNOWN_TYPE = "unknown type"
REFUSALS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_BLOCK_BYTES = 1 << 19  # an export out of 64 KB blocks costs a tenth more
_MAX_LINE_BYTES = 64 << 20

Record = TypeVar("Record")
Decode = Callable[[bytes], Record]
Decoded = tuple[list[Record], list[bytes]]
Block = tuple[bytes, list[bytes]]
"""Bytes, and the lines in them with their ends."""


class LogLines:
    """The lines of `path`, plain or packed, each counted as read.

    A file that can't be opened or read counts as one record, unreadable. Memory stays at a block and
    the longest line, whatever the file. A file that grows meanwhile gives the complete lines that it
    had when it was opened. Refused lines go to `counts.on_refused` with their place and the fault.
    """

    def __init__(self, path: Path, counts: RecordCounts) -> None:
        self._path = path
        self._counts = counts
        self._is_torn = False
        self._number, self._offset = 1, 0  # of the first line that is out
        self._out_lines, self._out_bytes = 0, 0
        self._unheld_bytes = 0  # of a too long line, the first that is out
        self.is_damaged = False

    def decode(
        self, decoder: msgspec.json.Decoder[Record], decode_other: Decode[Record] | None = None
    ) -> Iterator[Decoded[Record]]:
        """Blocks of decoded records and, one to one, their lines; refused lines are counted, left out.

        `decode_other` is the slower way for blocks in which `decoder` refused a line. A block ends at a
        damaged line, and `is_damaged` is true while that block is out.
        """
        for block, lines in self._blocks():
            records = _decode_whole(block, lines, decoder)
            if records is None:
                yield from self._decode_each(lines, decode_other or decoder.decode)
            else:
                yield records, lines

    def _decode_each(self, lines: list[bytes], decode: Decode[Record]) -> Iterator[Decoded[Record]]:
        records: list[Record] = []
        taken: list[bytes] = []
        for index, line in enumerate(lines):
            try:
                records.append(_decode_one(line, decode))
                taken.append(line)
            except REFUSALS:
                self.is_damaged = self._refuse(lines, index)
                if self.is_damaged:
                    yield records, taken
                    records, taken = [], []
                    self.is_damaged = False
        yield records, taken

    def _refuse(self, lines: list[bytes], index: int) -> bool:
        """Counts a line that no decoder took. True: what it said is lost, and others follow it."""
        line = lines[index]
        if not line.strip():
            self._counts.read -= 1
            return False
        try:
            value = _decode_one(line, msgspec.json.decode)
        except REFUSALS:
            value = None
        if isinstance(value, dict):
            count_unknown(self._counts, value.get("type"))
            return False
        is_long = len(line) > _MAX_LINE_BYTES
        self._counts.skip(LINE_TOO_LONG if is_long else INCOMPLETE_LINE if self._is_torn else MALFORMED_LINE)
        if self._counts.on_refused:
            self._counts.on_refused(self._path, self._bad_line(lines, index, is_long=is_long))
        return is_long or not self._is_torn

    def _bad_line(self, lines: list[bytes], index: int, *, is_long: bool) -> BadLine:
        """The line with its place in the unpacked stream and the strict reader's word for its fault."""
        line = lines[index].rstrip(b"\r\n")
        offset = self._offset + sum(map(len, lines[:index])) + (self._unheld_bytes if index else 0)
        unheld = 0 if index else self._unheld_bytes
        length = len(line) + unheld - (unheld > 0 and not self._is_torn)  # without its line end
        if is_long:
            reason, detail = LINE_TOO_LONG, f"{length:,} bytes, more than {_MAX_LINE_BYTES:,}"
        else:
            fault = find_fault(line, is_torn=self._is_torn, complaint="")
            reason, detail = fault.reason, fault.detail
        raw = line[: DEFAULT_LIMITS.raw_bytes]
        return BadLine(self._number + index, offset, length, reason, detail, raw)

    def skip_all(self, reason: str) -> None:
        """Counts all lines as skipped without decoding any."""
        for _, lines in self._blocks():
            blank = sum(1 for line in lines if line.isspace())
            self._counts.read -= blank
            self._counts.skip(reason, len(lines) - blank)

    def _blocks(self) -> Iterator[Block]:
        """Whole lines. Bytes after the last line end come as a block of their own."""
        try:
            with open_input(self._path) as opened:
                source = _source(opened)
                blocks = iter(lambda: source.read(_BLOCK_BYTES), b"")
                start = next(blocks, b"")
                self._offset = len(UTF8_BOM) if start.startswith(UTF8_BOM) else 0
                yield from self._split(chain((start.removeprefix(UTF8_BOM),), blocks))
        except InputError:
            self._skip_rest(UNREADABLE_FILE)
        except DamagedInputError:
            self._skip_rest(DAMAGED_ARCHIVE)

    def _skip_rest(self, reason: str) -> None:
        """What can't be read counts as one record."""
        self._counts.read += 1
        self._counts.skip(reason)

    def _split(self, blocks: Iterable[bytes]) -> Iterator[Block]:
        line = _LineBeginning()
        for block in blocks:
            if line.is_too_long and (end := block.find(b"\n") + 1):
                yield self._put_out(*line.take(block[:end]))
                block = block[end:]
            end = block.rfind(b"\n") + 1
            if end:
                yield self._put_out(*line.take(block[:end]))
            line.add(block[end:])
        if line.size:
            self._is_torn = True
            yield self._put_out(*line.take(b""))

    def _put_out(self, block: bytes, unheld_bytes: int) -> Block:
        """Moves the place on past the lines that were out."""
        lines = BytesIO(block).readlines()  # finds line ends four times as fast as bytes.split
        self._number += self._out_lines
        self._offset += self._out_bytes
        self._out_lines, self._out_bytes = len(lines), len(block) + unheld_bytes
        self._unheld_bytes = unheld_bytes
        self._counts.read += len(lines)
        return block, lines


class _LineBeginning:
    """What was read of a line whose end has not come.

    Of too long a line only the beginning is held and given, which no decoder takes for a whole one.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._held_bytes = 0
        self.size = 0

    @property
    def is_too_long(self) -> bool:
        return self._held_bytes > _MAX_LINE_BYTES

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if not self.is_too_long:
            self._pieces.append(piece)
            self._held_bytes += len(piece)

    def take(self, rest: bytes) -> tuple[bytes, int]:
        """The line with its `rest` and what follows there, and how many of its bytes are not held."""
        self.add(rest)
        held = b"".join(self._pieces)
        unheld = self.size - len(held)
        self._pieces.clear()
        self._held_bytes = self.size = 0
        return held, unheld


def _source(opened: OpenedInput) -> ByteSource:
    """The file's bytes, unpacked where its content, not its name, says that they are packed."""
    plain = PlainSource(opened)
    packing = packing_of(opened.head)
    if packing == "gzip":
        return GzipSource(plain)
    return ZstdSource(plain) if packing == "zstd" else plain


def _decode_whole(
    block: bytes, lines: list[bytes], decoder: msgspec.json.Decoder[Record]
) -> list[Record] | None:
    """A record for each line, a fifth faster than line by line; None where some line is no record."""
    try:
        records = decoder.decode_lines(block)
    except REFUSALS:
        return None
    return records if len(records) == len(lines) else None


def _decode_one(line: bytes, decode: Decode[Record]) -> Record:
    """Decodes a line, NUL bytes beside it (a power loss leaves them) left out."""
    return decode(line.strip(b"\0 \t\r\n"))


def count_unknown(counts: RecordCounts, kind: object) -> None:
    """Counts a record whose type, or the shape under that type, no rule knows."""
    counts.unknown[kind if isinstance(kind, str) and kind else "(none)"] += 1
    counts.skip(UNKNOWN_TYPE)
