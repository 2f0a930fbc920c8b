"""Digests of input files, remembered by size and times, so that an unchanged input is not read again.

Owns `.afs/inputs.json`. A file that changed within the last seconds is never remembered: its next
change might not show in its times. Knows files, not what they are for.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import hash_files, hash_key
from afs_engine.errors import InputError

_SETTLED_AFTER_SECONDS = 2.0

Stamp = tuple[int, int, int, int]


class _Memory(BaseModel):
    model_config = ConfigDict(extra="forbid")
    digests: dict[str, tuple[Stamp, str]] = Field(default_factory=dict)


class InputDigests:
    """Digests of files, folders and lists of them."""

    def __init__(self, memory_file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = memory_file
        self._clock = clock
        self._memory = self._load()
        self._changed = False

    def _load(self) -> _Memory:
        try:
            return _Memory.model_validate_json(self._file.read_bytes())
        except (OSError, ValueError):
            return _Memory()

    def of_file(self, path: Path) -> str:
        """The digest of one file's bytes. Raises InputError when it can't be read."""
        try:
            stamp = _stamp(path)
            known = self._memory.digests.get(str(path.absolute()))
            if known and known[0] == stamp:
                return known[1]
            digest = hash_files([path])
        except OSError as error:
            raise InputError(
                f"can't read this input: {error.strerror}", where=path, hint="check the path in the recipe"
            ) from error
        self._remember(path, stamp, digest)
        return digest

    def of_tree(self, root: Path, suffixes: Iterable[str] = ()) -> str:
        """One digest over the names and contents of all files under `root` (with these suffixes)."""
        wanted = tuple(suffixes)
        files = [
            p for p in sorted(root.rglob("*")) if p.is_file() and (not wanted or p.suffix.lower() in wanted)
        ]
        return hash_key([[p.relative_to(root).as_posix(), self.of_file(p)] for p in files])

    def save(self) -> None:
        """Writes what was learned, if anything."""
        if self._changed:
            write_atomic(self._file, self._memory.model_dump_json().encode("utf-8", "surrogateescape"))
            self._changed = False

    def _remember(self, path: Path, stamp: Stamp, digest: str) -> None:
        newest = max(stamp[1], stamp[2]) / 1e9
        if self._clock() - newest > _SETTLED_AFTER_SECONDS:
            self._memory.digests[str(path.absolute())] = (stamp, digest)
            self._changed = True


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
