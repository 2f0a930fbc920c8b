"""Arrays beside memory: they lie in unnamed temporary files once they are large.

This keeps searches and draws flat: what grows with the number of rows costs the system's cache, not
memory of ours. Knows nothing of what the numbers mean.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

import numpy as np
from numpy.typing import NDArray

from afs_engine.errors import StorageError

_Number = TypeVar("_Number", bound=np.generic)
_LARGEST_IN_MEMORY_BYTES = 4 << 20
_BLOCK_ROWS = 1 << 16


def scratch_array(folder: Path | None, dtype: type[_Number], size: int) -> NDArray[_Number]:
    """An array of zeros: in memory while small, else a mapped unnamed file in `folder`.

    None for `folder` is the system's temporary folder. StorageError where the disk is full.
    """
    room = size * np.dtype(dtype).itemsize
    if room <= _LARGEST_IN_MEMORY_BYTES:
        return np.zeros(size, dtype=dtype)
    with storage_errors(folder), tempfile.TemporaryFile(dir=folder) as file:
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


@contextmanager
def storage_errors(folder: Path | None) -> Iterator[None]:
    """Says what an error of the system means for a temporary file in `folder`."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"no room for temporary files: {error.strerror}",
            where=folder or Path(tempfile.gettempdir()),
            hint="free some disk space, or set TMPDIR to a folder with room",
        ) from error
