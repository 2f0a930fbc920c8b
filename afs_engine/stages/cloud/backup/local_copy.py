"""Copying a folder to another disk: file by file, whole or absent, verified by hash, resumable."""

from pathlib import Path

from afs_engine.data.atomic import atomic_file
from afs_engine.data.digest import sha256_file
from afs_engine.errors import StorageError

_PIECE = 4 << 20


def copy_verified(files: dict[str, Path], target: Path) -> int:
    """Copies the files (by relative name) below `target`; returns how many had to be copied.

    A file that is there with the right hash is left. Raises StorageError when a copy does not verify.
    """
    copied = 0
    for name, source in files.items():
        place, digest = target / name, sha256_file(source)
        if place.is_file() and sha256_file(place) == digest:
            continue
        _copy(source, place)
        if sha256_file(place) != digest:
            raise StorageError("the copy is not what was written", where=place, hint="check that disk")
        copied += 1
    return copied


def _copy(source: Path, place: Path) -> None:
    with source.open("rb") as file, atomic_file(place) as copy:
        while piece := file.read(_PIECE):
            copy.write(piece)
