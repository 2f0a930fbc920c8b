"""From whole lines to rows and bad lines.

Owns the two ways through a piece of text: all lines at once where every line is plainly one sound
object, line by line where that does not hold. Pure; knows no file.
"""

from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import msgspec

from afs_engine.data.jsonl_block import NESTED_TOO_DEEP, NOT_AN_OBJECT, BadLine, LineBlock, ReaderLimits
from afs_engine.data.jsonl_cut import Piece, are_object_lines
from afs_engine.data.jsonl_fault import FaultError, duplicate_key, find_fault
from afs_engine.data.jsonl_keys import TooDeepError, count_keys, lines_in_doubt, repeated_key
from afs_engine.data.text_rows import TextReader

_DECODER = msgspec.json.Decoder()
_DECODE, _DECODE_LINES = _DECODER.decode, _DECODER.decode_lines
_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_BLANK = b" \t\r"


def decode_piece(piece: Piece, limits: ReaderLimits) -> LineBlock:
    """The block of a piece's lines: every line is a kept row, a bad line, or blank."""
    block = _decode_at_once(piece, limits)
    return _decode_line_by_line(piece, limits) if block is None else block


class TextDecoder:
    """As `decode_piece`, but with `texts` in place of `rows` where each line holds known texts only.

    They hold until the next piece is decoded.
    """

    def __init__(self) -> None:
        self._reader = TextReader()

    def __call__(self, piece: Piece, limits: ReaderLimits) -> LineBlock:
        texts = self._reader.read(piece)
        if texts is None:
            return decode_piece(piece, limits)
        numbers = range(piece.number, piece.number + len(texts))
        return LineBlock(data=piece.text, texts=texts, numbers=numbers, offsets=_offsets(piece))


def _offsets(piece: Piece) -> list[int]:
    return [piece.offset, *(piece.ends[:-1] + piece.offset).tolist()]


def _decode_at_once(piece: Piece, limits: ReaderLimits) -> LineBlock | None:
    """The block where each line is one sound object; None where some line needs a closer look."""
    if piece.is_torn or not are_object_lines(piece, may_end_in_cr=True):
        return None
    try:
        rows = _DECODE_LINES(piece.text)
        keys = [count_keys(row, limits.max_depth) for row in rows]
    except (*_REFUSED, TooDeepError):
        return None
    # No value spans two lines (see are_object_lines), so as many values as lines is one each.
    if len(rows) != len(piece.ends):
        return None
    doubtful = lines_in_doubt(piece.text, piece.ends, keys)
    if any(repeated_key(piece.line(index)) is not None for index in doubtful):
        return None
    numbers = range(piece.number, piece.number + len(rows))
    return LineBlock(data=piece.text, rows=rows, numbers=numbers, offsets=_offsets(piece))


@dataclass(frozen=True, slots=True)
class _Kept:
    line: bytes
    row: dict[str, Any]
    keys: int
    number: int
    offset: int


@dataclass(slots=True)
class _Sorting:
    """Where the lines of one piece end up while they are looked at one by one."""

    limits: ReaderLimits
    kept: list[_Kept] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    blank: int = 0

    def take(self, line: bytes, number: int, offset: int, *, is_torn: bool) -> None:
        """Sorts one line."""
        if not line.strip(_BLANK):
            self.blank += 1
            return
        try:
            row, keys = _decode_line(line, self.limits, is_torn=is_torn)
        except FaultError as fault:
            if not self._take_beside_nuls(line, number, offset):
                self.refuse(line, number, offset, fault)
            return
        self.kept.append(_Kept(line, row, keys, number, offset))

    def _take_beside_nuls(self, line: bytes, number: int, offset: int) -> bool:
        """Keeps the row that stands whole after or before a run of NULs, and notes the run.

        After a power loss a file's lost region reads as NULs, and the next append follows it.
        """
        row_bytes = line.strip(b"\0")
        if not row_bytes.strip(_BLANK) or len(row_bytes) == len(line):
            return False
        try:
            row, keys = _decode_line(row_bytes, self.limits, is_torn=False)
        except FaultError:
            return False
        row_offset = offset + len(line) - len(line.lstrip(b"\0"))
        nuls = f"{len(line) - len(row_bytes):,} NUL bytes"
        self.notes.append(f"line {number} from byte {offset:,}: {nuls} beside the row were skipped")
        self.kept.append(_Kept(row_bytes, row, keys, number, row_offset))
        return True

    def refuse(self, line: bytes, number: int, offset: int, fault: FaultError) -> None:
        """Puts a line among the bad ones."""
        raw = line[: self.limits.raw_bytes]
        self.bad.append(BadLine(number, offset, len(line), fault.reason, fault.detail, raw))

    def refuse_repeated_keys(self) -> None:
        """Moves kept lines that repeat a key to the bad ones."""
        ends = list(accumulate(len(each.line) + 1 for each in self.kept))
        data = b"".join(each.line + b"\n" for each in self.kept)
        repeated: dict[int, str] = {}
        for index in lines_in_doubt(data, ends, [each.keys for each in self.kept]):
            key = repeated_key(self.kept[index].line)
            if key is not None:
                repeated[index] = key
        for index, key in repeated.items():
            each = self.kept[index]
            self.refuse(each.line, each.number, each.offset, duplicate_key(key))
        self.kept = [each for index, each in enumerate(self.kept) if index not in repeated]

    def block(self) -> LineBlock:
        """The block, once every line is sorted."""
        return LineBlock(
            data=b"".join(each.line + b"\n" for each in self.kept),
            rows=[each.row for each in self.kept],
            numbers=[each.number for each in self.kept],
            offsets=[each.offset for each in self.kept],
            bad=sorted(self.bad, key=lambda bad: bad.line),
            blank=self.blank,
            notes=self.notes,
        )


def _decode_line_by_line(piece: Piece, limits: ReaderLimits) -> LineBlock:
    sorting = _Sorting(limits)
    starts = [0, *piece.ends[:-1].tolist()]
    for index, start in enumerate(starts):
        is_torn = piece.is_torn and index == len(starts) - 1
        sorting.take(piece.line(index), piece.number + index, piece.offset + start, is_torn=is_torn)
    sorting.refuse_repeated_keys()
    return sorting.block()


def _decode_line(line: bytes, limits: ReaderLimits, *, is_torn: bool) -> tuple[dict[str, Any], int]:
    """The row and how many keys it has in all; raises FaultError. Duplicate keys are not looked for."""
    try:
        row = _DECODE(line)
    except _REFUSED as error:
        raise find_fault(line, is_torn=is_torn, complaint=str(error)) from None
    if type(row) is not dict:
        raise find_fault(line, is_torn=is_torn, complaint=NOT_AN_OBJECT)
    try:
        return row, count_keys(row, limits.max_depth)
    except TooDeepError:
        raise FaultError(NESTED_TOO_DEEP, f"more than {limits.max_depth} levels") from None
