"""Hashes: which one is used for what, in one place.

Cache keys (and content ids, see sample.py) are xxh3-128: memory speed, the same on every machine. Files
that a person may hand on are sha256, which any other tool can check. Nothing here is a secret's guard.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import xxhash

_CHUNK_BYTES = 1 << 20


def hash_key(value: object) -> str:
    """32 hex digits over a JSON-serialisable value, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return xxhash.xxh3_128_hexdigest(text.encode("utf-8", "surrogatepass"))


def hash_group(group: str) -> int:
    """An unsigned 64-bit hash of a group's (or a source's) name."""
    return xxhash.xxh3_64_intdigest(group.encode("utf-8", "surrogatepass"))


def hash_files(paths: Iterable[Path]) -> str:
    """32 hex digits over the names and bytes of `paths`, in the order given."""
    hasher = FilesHasher()
    for path in paths:
        hasher.add_file(path)
    return hasher.hexdigest()


class FilesHasher:
    """What `hash_files` computes, file by file; one that is just being written need not be read again.

    The size follows each content, so that no bytes can move from one file to the next unseen.
    """

    def __init__(self) -> None:
        self._state = xxhash.xxh3_128()
        self._size = 0

    def begin(self, name: str) -> None:
        """Begins the file of this name: its bytes follow by `update`, and `end`."""
        self._state.update(name.encode("utf-8", "surrogateescape") + b"\0")
        self._size = 0

    def update(self, data: bytes | memoryview) -> None:
        self._state.update(data)
        self._size += len(data)

    def end(self) -> None:
        self._state.update(f"\0{self._size}\0".encode())

    def add_file(self, path: Path) -> None:
        """A whole file from disk."""
        self.begin(path.name)
        buffer = memoryview(bytearray(_CHUNK_BYTES))  # one for all: fresh memory costs more than the hash
        with path.open("rb", buffering=0) as file:
            while size := file.readinto(buffer):
                self.update(buffer[:size])
        self.end()

    def hexdigest(self) -> str:
        return self._state.hexdigest()


def sha256_file(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
