"""Writing chosen rows of loaded files: the bytes they came in, in the order asked for.

Owns the walk over several row sets by overall row number. Knows no command and no choice.
"""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from afs_engine.data.compiled import Pieces
from afs_engine.data.rowset import RowSet

BLOCK_ROWS = 2048
_ID_DIGITS = 32
Ids = np.ndarray[tuple[int, int], np.dtype[np.uint64]]
Array = np.ndarray[tuple[int], np.dtype[Any]]


def parts_of(rows: Array) -> Iterator[Array]:
    """Row numbers in blocks."""
    return (rows[start : start + BLOCK_ROWS] for start in range(0, len(rows), BLOCK_ROWS))


class RowReader:
    """Lines, and index columns, by row number through several row sets; a context manager."""

    def __init__(self, rowsets: list[RowSet]) -> None:
        self._rowsets = rowsets
        self._starts = np.cumsum([0, *[rowset.rows for rowset in rowsets]])

    def __enter__(self) -> Self:
        self._readers = [rowset.open_lines() for rowset in self._rowsets]
        self._present = [rowset.column("present") for rowset in self._rowsets]
        self._ids = [(rowset.column("id_hi"), rowset.column("id_lo")) for rowset in self._rowsets]
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self._readers:
            reader.close()

    def blocks(self, rows: Array) -> Iterator[tuple[Array, list[bytes]]]:
        """The row numbers and their lines, in blocks, in the order of `rows`."""
        return ((part, self.lines(part)) for part in parts_of(rows))

    def lines(self, rows: Array, cut: int = 0) -> list[bytes]:
        """The lines, less the last `cut` bytes of each, in the order of `rows`."""
        if len(self._readers) == 1:
            return self._readers[0].lines(rows, cut)
        lines = [b""] * len(rows)
        for number, places, own in self._homes(rows):
            found = self._readers[number].lines(own, cut)
            for place, line in zip(places.tolist(), found, strict=True):
                lines[place] = line
        return lines

    def identities(self, rows: Array) -> tuple[list[int], list[bytes]]:
        """For each row the HAS_* bits of its line, and its content id in hex."""
        digits = self._id_digits(rows)
        ids = [digits[start : start + _ID_DIGITS] for start in range(0, len(digits), _ID_DIGITS)]
        return self.present(rows).tolist(), ids

    def present(self, rows: Array) -> Array:
        """For each row the HAS_* bits of its line."""
        present = np.zeros(len(rows), dtype=np.uint8)
        for number, places, own in self._homes(rows):
            present[places] = self._present[number][own]
        return present

    def line_pieces(self, rows: Array, *, cut: int = 0) -> Pieces:
        """The lines, less the last `cut` bytes, for `Core.join`, while this reader is open."""
        starts, lengths = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
        for number, places, own in self._homes(rows):
            starts[places], lengths[places] = self._readers[number].places(own)
        return Pieces(None, starts, lengths - cut)

    def id_pieces(self, rows: Array) -> Pieces:
        """The content ids in hex, for `Core.join`."""
        return Pieces(self._id_digits(rows), np.arange(len(rows)) * _ID_DIGITS, _ID_DIGITS)

    def _id_digits(self, rows: Array) -> bytes:
        return self.content_ids(rows).astype(">u8").tobytes().hex().encode()

    def content_ids(self, rows: Array) -> Ids:
        """The content id of each row in two halves; shape (rows, 2)."""
        ids = np.zeros((len(rows), 2), dtype=np.uint64)
        for number, places, own in self._homes(rows):
            for half, column in enumerate(self._ids[number]):
                ids[places, half] = column[own]
        return ids

    def _homes(self, rows: Array) -> Iterator[tuple[int, Array, Array]]:
        """For each row set in use: its number, the positions in `rows`, the row numbers within it."""
        home = np.searchsorted(self._starts, rows, side="right") - 1
        for number in range(len(self._rowsets)):
            places = np.flatnonzero(home == number)
            if len(places):
                yield number, places, rows[places] - self._starts[number]
