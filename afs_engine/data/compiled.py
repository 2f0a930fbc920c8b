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

_MOST_MORE_BYTES = 64  # that the content of a row can take beyond its line
Spans = NDArray[np.int64]


@dataclass(frozen=True)
class TextSpans:
    """Texts as UTF-8 within `data`: `spans` holds where each begins and ends, shape (rows, 2)."""

    data: NDArray[np.uint8]
    spans: Spans


@dataclass(frozen=True)
class ReadRows:
    """What `Core.read_rows` found; see `afs_read_rows`."""

    fields: Spans
    content: NDArray[np.uint8]
    content_ends: Spans
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

    def read_rows(self, text: bytes, ends: Spans) -> ReadRows | None:
        """The texts of lines that are all plain rows; None where one is not. `text_rows` is its twin."""
        rows = len(ends)
        fields = np.empty((rows, len(FIELDS), 2), np.int64)
        content = np.empty(len(text) + _MOST_MORE_BYTES * rows, np.uint8)
        content_ends, outputs = np.empty(rows, np.int64), np.empty((rows, 2), np.int64)
        output_chars = np.empty(rows, np.uint32)
        arrays = (_int64(ends), rows, fields, content, content_ends, outputs, output_chars)
        if not self._library.afs_read_rows(text, *map(_pointer, arrays)):
            return None
        return ReadRows(fields, content, content_ends, TextSpans(content, outputs), output_chars)

    def count_addresses(
        self, texts: TextSpans, tables: AddressTables
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Known and judged addresses of each text. `stages.scoring.entity` is its twin."""
        rows = len(texts.spans)
        known, judged = np.empty(rows, np.uint32), np.empty(rows, np.uint32)
        arrays = (texts.data, texts.spans, rows, ctypes.byref(tables), known, judged)
        self._library.afs_count_addresses(*map(_pointer, arrays))
        return known, judged

    def find_exchanges(self, text: bytes | NDArray[np.uint8], ends: Spans) -> Spans | None:
        """Where each line's instruction and output stand, shape (rows, 2, 2); None where that is not all."""
        data = np.frombuffer(text, np.uint8)
        found = np.empty((len(ends), 2, 2), np.int64)
        arrays = (data, _int64(ends), len(ends), found)
        return found if self._library.afs_find_exchanges(*map(_pointer, arrays)) else None

    def join(self, columns: Sequence["Pieces"], rows: int) -> NDArray[np.uint8]:
        """The pieces of all columns, row by row, as one array of bytes."""
        spans = np.empty((rows, len(columns), 2), np.int64)
        for place, column in enumerate(columns):
            spans[:, place, 0], spans[:, place, 1] = column.starts, column.lengths
        out = np.empty(int(spans[:, :, 1].sum()), np.uint8)
        datas = [np.frombuffer(column.data, np.uint8) for column in columns]
        bases = np.array([data.ctypes.data for data in datas], np.uintp)
        arrays = (out, rows, len(columns), bases, spans)
        self._library.afs_join(*map(_pointer, arrays))
        return out


@dataclass(frozen=True)
class Pieces:
    """One piece of `data` a row; without `starts` and `lengths` the whole of it in every row."""

    data: Any
    starts: Any
    lengths: Any

    @classmethod
    def constant(cls, data: bytes) -> "Pieces":
        """The same bytes in every row."""
        return cls(data, 0, len(data))


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
