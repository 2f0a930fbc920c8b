"""Cutting a byte stream into pieces of whole lines.

Owns line numbers, byte offsets and the cap on a line's length. Pure: bytes go in, pieces come out;
knows neither files nor JSON.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from afs_engine.data.compiled import find_core
from afs_engine.data.jsonl_block import LINE_TOO_LONG, NUL_BYTES, BadLine, ReaderLimits

_LF = ord("\n")
_OPEN, _CLOSE, _CR = b"{}\r"
_WINDOW = 1 << 16  # bytes looked at at a time: fresh memory for a whole block's mask costs more
Ends = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines: `ends` are the offsets in `text` just past each line's LF.

    `number` and `offset` are those of the first line. `is_torn`: no LF followed the last line in the
    stream; one has been added to `text`.
    """

    text: bytes
    ends: Ends
    number: int
    offset: int
    is_torn: bool = False

    def line(self, index: int) -> bytes:
        """One line without its LF."""
        start = int(self.ends[index - 1]) if index else 0
        return self.text[start : self.ends[index] - 1]


def are_object_lines(piece: Piece, *, may_end_in_cr: bool = False) -> bool:
    """Whether every line begins with `{` and ends with `}`, or `}` and CR, before its LF.

    Then no JSON value spans a line end: inside an array or object a `{` can't follow a `}`, and a
    string can't hold a raw line feed.
    """
    text = np.frombuffer(piece.text, np.uint8)
    starts = np.concatenate(([0], piece.ends[:-1]))
    if not (text[starts] == _OPEN).all():
        return False
    is_closed = text[piece.ends - 2] == _CLOSE
    if may_end_in_cr:
        is_closed |= (text[piece.ends - 2] == _CR) & (text[piece.ends - 3] == _CLOSE)
    return bool(is_closed.all())


class LineCutter:
    """Takes a stream chunk by chunk; gives pieces of whole lines, and over-long lines as bad lines.

    Holds at most the longest permitted line and one chunk. A chunk must not be longer than
    `limits.max_line_bytes`, so that only a line that spans chunks can be over-long.
    """

    def __init__(self, limits: ReaderLimits, *, offset: int = 0) -> None:
        self._limits = limits
        self._carry = b""  # the beginning of a line whose end has not come yet
        self._skipped_bytes = 0  # how much of an over-long line was let go, `_carry` excepted
        self._is_skipping = False
        self.number = 1  # of the line that the next byte belongs to
        self._offset = offset  # of that line's beginning

    def feed(self, chunk: bytes) -> Iterator[Piece | BadLine]:
        """The lines that this chunk ends."""
        if self._is_skipping:
            end = chunk.find(b"\n")
            if end < 0:
                self._skipped_bytes += len(chunk)
                return
            self._skipped_bytes += end
            yield self._end_skipped_line()
            chunk = chunk[end + 1 :]
        last_end = chunk.rfind(b"\n") + 1
        if last_end:
            text = b"".join((self._carry, memoryview(chunk)[:last_end]))
            self._carry = b""
            yield from self._cut(text)
        self._hold(chunk[last_end:])

    def finish(self) -> Iterator[Piece | BadLine]:
        """The last line, where no line feed ended it."""
        if self._is_skipping:
            yield self._end_skipped_line()
        elif self._carry:
            text = self._carry + b"\n"
            yield Piece(text, np.array([len(text)]), self.number, self._offset, is_torn=True)

    def _cut(self, text: bytes) -> Iterator[Piece | BadLine]:
        first_length = text.index(b"\n")  # of the only line here that may span chunks
        start = 0
        if first_length > self._limits.max_line_bytes:
            yield self._pass_long_line(text[:first_length], first_length)
            start = first_length + 1
        ends = _line_ends(text)
        for first in range(int(start > 0), len(ends), self._limits.block_lines):
            some = ends[first : first + self._limits.block_lines]
            end = int(some[-1])
            yield Piece(text[start:end], some - start, self.number, self._offset)
            self.number += len(some)
            self._offset += end - start
            start = end

    def _hold(self, beginning: bytes) -> None:
        self._carry += beginning
        if len(self._carry) > self._limits.max_line_bytes:
            kept = self._carry[: self._limits.raw_bytes]
            self._skipped_bytes = len(self._carry) - len(kept)
            self._carry = kept
            self._is_skipping = True

    def _end_skipped_line(self) -> BadLine:
        sample, length = self._carry, len(self._carry) + self._skipped_bytes
        self._carry, self._skipped_bytes, self._is_skipping = b"", 0, False
        return self._pass_long_line(sample, length)

    def _pass_long_line(self, sample: bytes, length: int) -> BadLine:
        raw = sample[: self._limits.raw_bytes]
        reason = LINE_TOO_LONG if raw.strip(b"\0") else NUL_BYTES
        detail = f"{length:,} bytes, more than {self._limits.max_line_bytes:,}"
        bad = BadLine(self.number, self._offset, length, reason, detail, raw)
        self.number += 1
        self._offset += length + 1
        return bad


def _line_ends(text: bytes) -> Ends:
    """The offsets just past each LF."""
    core = find_core()
    return core.line_ends(text) if core else find_line_ends(text)


def find_line_ends(text: bytes) -> Ends:
    """The offsets just past each LF, without the compiled core."""
    data = np.frombuffer(text, np.uint8)
    found = [
        np.flatnonzero(data[place : place + _WINDOW] == _LF) + (place + 1)
        for place in range(0, len(data), _WINDOW)
    ]
    return np.concatenate(found)
