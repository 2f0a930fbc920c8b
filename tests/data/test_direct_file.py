"""Files written past the cache: the same bytes, whatever the portions and wherever they lie."""

import hashlib
import random
from pathlib import Path

import pytest

from afs_engine.data.hashed_file import HashedFile

MEMORY_FOLDER = Path("/dev/shm")  # a file system of another kind: direct writes may be refused


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 1 << 20, (1 << 20) + 1, (3 << 20) + 3 * 4096 + 7])
@pytest.mark.parametrize("in_memory", [False, True])
def test_what_was_written_is_read_back(tmp_path: Path, size: int, in_memory: bool) -> None:
    if in_memory and not MEMORY_FOLDER.is_dir():
        pytest.skip("no /dev/shm here")
    rng = random.Random(size)
    data, start = rng.randbytes(size), 0
    path = (MEMORY_FOLDER if in_memory else tmp_path) / f"afs-direct-{size}-{tmp_path.name}"
    try:
        with HashedFile(path) as file:
            while start < size:
                portion = data[start : start + rng.randint(1, 700_000)]
                file.write(portion)
                start += len(portion)
        assert path.read_bytes() == data
        assert file.sha256 == hashlib.sha256(data).hexdigest()
        with pytest.raises(FileExistsError):
            HashedFile(path)
    finally:
        path.unlink(missing_ok=True)
