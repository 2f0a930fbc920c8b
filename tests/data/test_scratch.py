"""Large arrays lie in files without a name; a full disk is a clear error."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from afs_engine.data import scratch
from afs_engine.data.scratch import scratch_array, scratch_rows, scratch_take
from afs_engine.errors import StorageError

_LARGE = scratch._LARGEST_IN_MEMORY_BYTES


def test_a_large_array_lives_in_a_file_without_a_name(tmp_path: Path) -> None:
    array = scratch_array(tmp_path, np.uint32, _LARGE // 4 + 1)
    array[-1] = 7
    assert isinstance(array, np.memmap)
    assert int(array.sum()) == 7
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_said_when_the_room_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", refuse, raising=False)
    with pytest.raises(StorageError, match="No space left"):
        scratch_array(tmp_path, np.uint32, _LARGE)


def test_rows_and_what_is_taken_of_them_are_as_numpy_has_them(tmp_path: Path) -> None:
    mask = np.arange(3 * scratch._BLOCK_ROWS + 5) % 3 == 1
    rows = scratch_rows(tmp_path, mask)
    assert (rows == np.flatnonzero(mask)).all()
    column = np.arange(len(mask), dtype=np.float32) * 2
    taken = scratch_take(tmp_path, column, rows)
    assert taken.dtype == np.float32
    assert (taken == column[rows]).all()
