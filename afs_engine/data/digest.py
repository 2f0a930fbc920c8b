"""Hashes: which one is used for what, in one place.

Content ids and cache keys are xxh3-128 (memory speed, the same on every machine); files that a
person may hand on are sha256, which any other tool can check. Nothing here is a secret's guard.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import xxhash

_CHUNK_BYTES = 1 << 20


def hash_content(*parts: str) -> str:
    """32 hex digits over `parts`; lengths are mixed in, so ("ab", "c") differs from ("a", "bc")."""
    state = xxhash.xxh3_128()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def hash_files(paths: Iterable[Path]) -> str:
    """32 hex digits over the names and bytes of `paths`, in the order given."""
    state = xxhash.xxh3_128()
    for path in paths:
        state.update(path.name.encode() + b"\0")
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                state.update(chunk)
    return state.hexdigest()


def sha256_file(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
