"""Writing chosen rows of loaded files: the bytes they came in, in the order asked for.

Owns the walk over several row sets by overall row number. Knows no command and no choice.
"""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from afs_engine.data.rowset import RowSet

BLOCK_ROWS = 8192
Array = np.ndarray[tuple[int], np.dtype[Any]]


class RowReader:
    """Lines, and index columns, by row number through several row sets; a context manager."""

    def __init__(self, rowsets: list[RowSet]) -> None:
        self._rowsets = rowsets
        self._starts = np.cumsum([0, *[rowset.rows for rowset in rowsets]])

    def __enter__(self) -> Self:
        self._readers = [rowset.open_lines() for rowset in self._rowsets]
        self._columns = [rowset.index("present", "id_hi", "id_lo") for rowset in self._rowsets]
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self._readers:
            reader.close()

    def blocks(self, rows: Array) -> Iterator[tuple[Array, list[bytes]]]:
        """The row numbers and their lines, in blocks, in the order of `rows`."""
        for start in range(0, len(rows), BLOCK_ROWS):
            part = rows[start : start + BLOCK_ROWS]
            lines: list[bytes] = [b""] * len(part)
            for number, places, own in self._homes(part):
                found = self._readers[number].lines(own)
                for place, line in zip(places.tolist(), found, strict=True):
                    lines[place] = line
            yield part, lines

    def identities(self, rows: Array) -> tuple[list[int], list[str]]:
        """For each row the HAS_* bits of its line, and its content id in hex."""
        present: list[int] = [0] * len(rows)
        ids: list[str] = [""] * len(rows)
        for number, places, own in self._homes(rows):
            part = self._columns[number][own]
            columns = (part["id_hi"].to_list(), part["id_lo"].to_list(), part["present"].to_list())
            for place, high, low, bits in zip(places.tolist(), *columns, strict=True):
                ids[place], present[place] = f"{high:016x}{low:016x}", bits
        return present, ids

    def _homes(self, rows: Array) -> Iterator[tuple[int, Array, Array]]:
        """For each row set in use: its number, the positions in `rows`, the row numbers within it."""
        home = np.searchsorted(self._starts, rows, side="right") - 1
        for number in range(len(self._rowsets)):
            places = np.flatnonzero(home == number)
            if len(places):
                yield number, places, rows[places] - self._starts[number]
