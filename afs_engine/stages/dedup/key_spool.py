"""Sets of keys beside memory: collected in any order, given back sorted through unnamed temporary files.

Owns the sorted runs of such a file and their merging, a part at a time. Knows nothing of what the
numbers mean.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.scratch import storage_errors

_RUN_KEYS = 4 << 20
_PARTS = 64


@dataclass(frozen=True)
class _Run:
    """Sorted keys in a file: where they begin (bytes), and the key at which each part does."""

    offset: int
    cuts: list[int]


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
        with storage_errors(self._folder):
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
