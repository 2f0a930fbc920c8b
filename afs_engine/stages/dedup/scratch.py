"""Room beside memory: arrays and key sets that live in unnamed temporary files once they are large.

This is what keeps the search flat: what grows with the number of rows and shingles is sorted and read
through files, a part at a time. Knows nothing of what the numbers mean.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import numpy as np
from numpy.typing import NDArray

from afs_engine.errors import StorageError

_Number = TypeVar("_Number", bound=np.generic)
_LARGEST_IN_MEMORY_BYTES = 4 << 20
_RUN_KEYS = 4 << 20
_BLOCK_ROWS = 1 << 16
_PARTS = 64


def scratch_array(folder: Path | None, dtype: type[_Number], size: int) -> NDArray[_Number]:
    """An array of zeros: in memory while small, else a mapped unnamed file in `folder`.

    None for `folder` is the system's temporary folder. StorageError where the disk is full.
    """
    room = size * np.dtype(dtype).itemsize
    if room <= _LARGEST_IN_MEMORY_BYTES:
        return np.zeros(size, dtype=dtype)
    with _storage_errors(folder), tempfile.TemporaryFile(dir=folder) as file:
        _reserve(file, room)
        return np.memmap(file, dtype=dtype, mode="r+", shape=(size,))


def scratch_rows(folder: Path | None, mask: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """The numbers of the rows where `mask` is true, ascending, in a scratch array."""
    rows = scratch_array(folder, np.uint32, int(np.count_nonzero(mask)))
    done = 0
    for start in range(0, len(mask), _BLOCK_ROWS):
        found = np.flatnonzero(mask[start : start + _BLOCK_ROWS])
        rows[done : done + len(found)] = found + start
        done += len(found)
    return rows


def scratch_take(
    folder: Path | None, column: NDArray[_Number], rows: NDArray[np.integer]
) -> NDArray[_Number]:
    """`column[rows]` in a scratch array."""
    taken = scratch_array(folder, column.dtype.type, len(rows))
    for start in range(0, len(rows), _BLOCK_ROWS):
        taken[start : start + _BLOCK_ROWS] = column[rows[start : start + _BLOCK_ROWS]]
    return taken


def _reserve(file: IO[bytes], room: int) -> None:
    """Takes the room now: a full disk is an error here, and would be a crash in a mapped write later."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, room)
        return
    zeros = bytes(1 << 20)
    for start in range(0, room, len(zeros)):
        file.write(zeros[: room - start])
    file.flush()


@dataclass(frozen=True)
class _Run:
    """Sorted keys in a file: where they begin (bytes), and the key at which each part does."""

    offset: int
    cuts: list[int]


@contextmanager
def _storage_errors(folder: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"no room for temporary files: {error.strerror}",
            where=folder or Path(tempfile.gettempdir()),
            hint="free some disk space, or set TMPDIR to a folder with room",
        ) from error


class KeySpool:
    """Collects uint64 keys below `upper` in any order and gives them back sorted, a part at a time.

    Holds at most 32 MB in memory: full buffers go to an unnamed file as sorted runs.
    """

    def __init__(self, folder: Path | None, upper: int) -> None:
        self._folder = folder
        self._bounds = np.array([upper * part // _PARTS for part in range(1, _PARTS)], dtype=np.uint64)
        self._buffer = np.empty(_RUN_KEYS, dtype=np.uint64)
        self._used = 0
        self._file: IO[bytes] | None = None
        self._runs: list[_Run] = []

    @property
    def size(self) -> int:
        """How many keys were appended."""
        return sum(run.cuts[-1] for run in self._runs) + self._used

    def append(self, keys: NDArray[np.uint64]) -> None:
        """Adds `keys`; StorageError where the disk is full."""
        while keys.size:
            taken = keys[: _RUN_KEYS - self._used]
            self._buffer[self._used : self._used + taken.size] = taken
            self._used += taken.size
            keys = keys[taken.size :]
            if self._used == _RUN_KEYS:
                self._write_run()

    def parts(self) -> Iterator[NDArray[np.uint64]]:
        """All keys in ascending order, in up to 64 arrays; equal keys are never in two of them."""
        rest = self._buffer[: self._used]
        rest.sort()
        cuts = self._cut(rest)
        for part in range(_PARTS):
            keys = np.concatenate([*self._read(part), rest[cuts[part] : cuts[part + 1]]])
            if self._runs:
                keys.sort()
            if keys.size:
                yield keys

    def close(self) -> None:
        """Gives the memory and the file back."""
        self._buffer, self._used, self._runs = np.empty(0, dtype=np.uint64), 0, []
        if self._file is not None:
            self._file.close()

    def _cut(self, ordered: NDArray[np.uint64]) -> list[int]:
        return [0, *np.searchsorted(ordered, self._bounds).tolist(), ordered.size]

    def _write_run(self) -> None:
        with _storage_errors(self._folder):
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by close()
            self._buffer.sort()
            self._runs.append(_Run(self._file.tell(), self._cut(self._buffer)))
            self._file.write(self._buffer.data)
            self._file.flush()
        self._used = 0

    def _read(self, part: int) -> Iterator[NDArray[np.uint64]]:
        for run in self._runs:
            assert self._file is not None
            start, end = (cut * self._buffer.itemsize for cut in run.cuts[part : part + 2])
            piece = os.pread(self._file.fileno(), end - start, run.offset + start)
            yield np.frombuffer(piece, dtype=np.uint64)
