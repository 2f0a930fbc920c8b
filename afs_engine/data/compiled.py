"""The door to the compiled core (`core.c`), where the installation made one.

Owns the arrays that its functions take. Whoever calls has a way of its own in
Python, for machines without a compiler and for what the core leaves to it: the bytes are the same.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.core_library import load_library

FIELDS = ("instruction", "output", "input", "thinking", "domain", "source", "sample_id", "group")

_MOST_MORE_BYTES = 2 * 64  # that the content of a row can take beyond its line, twice
_FEWEST_BYTES_A_LINE = 64  # usually; for lines that are shorter, the search is made twice
Spans = NDArray[np.int64]


@dataclass(frozen=True)
class TextSpans:
    """Texts as UTF-8 within `data`: `spans` holds where each begins and ends, shape (rows, 2)."""

    data: NDArray[np.uint8]
    spans: Spans


class Scratch:
    """Memory that is used again and again: fresh pages for each block cost as much as reading it."""

    def __init__(self) -> None:
        self._data = np.empty(0, np.uint8)

    def room(self, size: int) -> NDArray[np.uint8]:
        """`size` bytes, which hold anything."""
        if len(self._data) < size:
            self._data = np.empty(size, np.uint8)
        return self._data[:size]


@dataclass(frozen=True)
class ReadRows:
    """What `Core.read_rows` found; see `afs_read_rows`."""

    fields: Spans
    contents: TextSpans
    outputs: TextSpans
    output_chars: NDArray[np.uint32]


class AddressTables(ctypes.Structure):
    """The tables of `afs_count_addresses`, as C sees them."""

    _fields_ = (
        ("known_short", ctypes.c_void_p),
        ("known_long", ctypes.c_void_p),
        ("cartridge_judged", ctypes.c_int64),
        ("after", ctypes.c_void_p),
        ("before", ctypes.c_void_p),
        ("afters", ctypes.c_int64),
        ("befores", ctypes.c_int64),
    )


class Core:
    """The functions of a loaded library."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        library.afs_line_ends.restype = ctypes.c_int64

    def line_ends(self, text: bytes) -> Spans:
        """The offsets just past each LF. `jsonl_cut` is its twin."""
        ends = np.empty(len(text) // _FEWEST_BYTES_A_LINE + 1, np.int64)
        while (count := self._count_lines(text, ends)) > len(ends):
            ends = np.empty(count, np.int64)
        return ends[:count]

    def _count_lines(self, text: bytes, ends: Spans) -> int:
        return int(self._library.afs_line_ends(text, *map(_pointer, (len(text), ends, len(ends)))))

    def read_rows(self, text: bytes, ends: Spans, scratch: "Scratch") -> ReadRows | None:
        """The texts of lines that are all plain rows; None where one is not. `text_rows` is its twin.

        What is found holds until `scratch` is used again.
        """
        rows = len(ends)
        fields = np.empty((rows, len(FIELDS), 2), np.int64)
        content = scratch.room(2 * len(text) + _MOST_MORE_BYTES * rows)
        contents, outputs = np.empty((rows, 2), np.int64), np.empty((rows, 2), np.int64)
        output_chars = np.empty(rows, np.uint32)
        arrays = (_int64(ends), rows, fields, content, contents, outputs, output_chars)
        if not self._library.afs_read_rows(text, *map(_pointer, arrays)):
            return None
        return ReadRows(fields, TextSpans(content, contents), TextSpans(content, outputs), output_chars)

    def count_addresses(
        self, texts: TextSpans, tables: AddressTables
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Known and judged addresses of each text. `stages.scoring.entity` is its twin."""
        rows = len(texts.spans)
        known, judged = np.empty(rows, np.uint32), np.empty(rows, np.uint32)
        arrays = (texts.data, texts.spans, rows, ctypes.byref(tables), known, judged)
        self._library.afs_count_addresses(*map(_pointer, arrays))
        return known, judged

    def find_exchanges(self, lines: "JoinedLines") -> Spans | None:
        """Where each line's instruction and output stand, shape (rows, 2, 2); None where that is not all."""
        data, ends = np.frombuffer(lines.data, np.uint8), lines.ends
        found = np.empty((len(ends), 2, 2), np.int64)
        arrays = (data, _int64(ends), len(ends), found)
        return found if self._library.afs_find_exchanges(*map(_pointer, arrays)) else None

    def join(self, columns: Sequence["Pieces"], rows: int) -> "JoinedLines":
        """The pieces of all columns, row by row; the last column ends the lines."""
        spans = np.empty((rows, len(columns), 2), np.int64)
        for place, column in enumerate(columns):
            spans[:, place, 0], spans[:, place, 1] = column.starts, column.lengths
        ends = np.cumsum(spans[:, :, 1].sum(axis=1))
        out = np.empty(int(ends[-1]) if rows else 0, np.uint8)
        datas = [None if column.data is None else np.frombuffer(column.data, np.uint8) for column in columns]
        bases = np.array([0 if data is None else data.ctypes.data for data in datas], np.uintp)
        self._library.afs_join(*map(_pointer, (out, rows, len(columns), bases, spans)))
        return JoinedLines(out.data, ends)


@dataclass(frozen=True)
class Pieces:
    """One piece a row: from `starts` on, `lengths` bytes of `data`; of the memory where that is None."""

    data: bytes | memoryview | NDArray[np.uint8] | None
    starts: Spans | int
    lengths: Spans | int

    @classmethod
    def constant(cls, data: bytes) -> "Pieces":
        """The same bytes in every row."""
        return cls(data, 0, len(data))


@dataclass(frozen=True)
class JoinedLines:
    """Lines in one piece, each ended by LF; `ends` are the offsets just past it."""

    data: memoryview
    ends: Spans


@cache
def find_core() -> Core | None:
    """The core, where there is one."""
    library = load_library()
    return Core(library) if library else None


def _int64(values: NDArray[Any]) -> Spans:
    return np.ascontiguousarray(values, np.int64)


def _pointer(value: Any) -> Any:
    """An array as its address, a number as 64 bits."""
    if isinstance(value, np.ndarray):
        return ctypes.c_void_p(value.ctypes.data)
    return ctypes.c_int64(value) if isinstance(value, int) else value
