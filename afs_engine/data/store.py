"""The content store: results of stages, each in a folder named by the key of what went in.

`.afs/store/<kind>/<key>/` holds the files of one result and `result.json`. A result appears by one
rename, so it is whole or absent; a crash leaves at most a temporary folder, which is swept. Knows
keys and folders, not what a stage does.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from afs_engine.data.atomic import TEMP_MARK, storage_error, sync_folder, write_atomic
from afs_engine.data.digest import hash_key
from afs_engine.data.ledger import Ledger

RESULT_FILE = "result.json"


class StoredResult(BaseModel):
    """What a finished result says of itself. `facts` are the stage's own small results."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    key: str
    digest: str
    ledgers: list[Ledger] = Field(default_factory=list)
    facts: dict[str, Any] = Field(default_factory=dict)


class Made(BaseModel):
    """What a stage's build function returns; the store adds kind and key."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    digest: str
    ledgers: list[Ledger] = Field(default_factory=list)
    facts: dict[str, Any] = Field(default_factory=dict)


class Entry(BaseModel):
    """A result in the store; `executed` says whether this call made it."""

    model_config = ConfigDict(frozen=True)
    folder: Path
    result: StoredResult
    executed: bool


Build = Callable[[Path], Made]


class Store:
    """Results under one folder; safe for several processes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, kind: str, key: str) -> Path:
        return self.root / kind / key

    def find(self, kind: str, key: str) -> Entry | None:
        """The result for `key`, if it is there and whole."""
        folder = self.folder(kind, key)
        try:
            result = StoredResult.model_validate_json((folder / RESULT_FILE).read_bytes())
        except (OSError, ValueError):
            return None
        return Entry(folder=folder, result=result, executed=False)

    def get_or_make(self, kind: str, inputs: object, build: Build) -> Entry:
        """The result for `inputs` (any JSON value): found, or made by `build` in a temporary folder.

        Nothing becomes visible unless `build` returns. Raises StorageError when the disk refuses.
        """
        key = hash_key([kind, inputs])
        return self.find(kind, key) or self._make(kind, key, build)

    def _make(self, kind: str, key: str, build: Build) -> Entry:
        target = self.folder(kind, key)
        temp = target.parent / f"{TEMP_MARK}{secrets.token_hex(6)}"
        try:
            temp.mkdir(parents=True)
            with _held(temp):
                made = build(temp)
                result = StoredResult(kind=kind, key=key, **dict(made))
                write_atomic(temp / RESULT_FILE, result.model_dump_json(indent=1).encode())
                _sync_tree(temp)
                self._move_into_place(temp, kind, key)
        except OSError as error:
            raise storage_error(error, target) from error
        finally:
            shutil.rmtree(temp, ignore_errors=True)
        return Entry(folder=target, result=result, executed=True)

    def _move_into_place(self, temp: Path, kind: str, key: str) -> None:
        """Renames `temp` to its place; what lies there is another process's same result, or damaged."""
        target = self.folder(kind, key)
        try:
            temp.rename(target)
        except OSError:
            if self.find(kind, key):
                return
            shutil.rmtree(target)
            temp.rename(target)
        sync_folder(target.parent)

    def sweep(self) -> int:
        """Removes temporary folders whose maker is gone; returns how many."""
        swept = 0
        for temp in self.root.glob(f"*/{TEMP_MARK}*"):
            if temp.is_dir() and _is_abandoned(temp):
                shutil.rmtree(temp, ignore_errors=True)
                swept += 1
        return swept


class _held:  # noqa: N801 - reads as a verb at its one use
    """Holds a lock on a folder: alive for as long as its process, whatever ends that."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        self._descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def _is_abandoned(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False  # its maker has just moved it into place
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    for path in [p for p in sorted(folder.rglob("*")) if p.is_dir()]:
        sync_folder(path)
    sync_folder(folder)
