"""Sealed folders: written aside, synced, renamed, with a manifest that says what belongs in them.

Checkpoints and built bases are sealed, so that a folder under its final name is whole, and damage
or a foreign file shows before anything in it is read. Knows nothing of what the files mean.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from afs_engine.data.atomic import TEMP_MARK, storage_error, sync_folder
from afs_engine.data.digest import sha256_file

MANIFEST = "manifest.json"


class SealedFile(BaseModel):
    """Size in bytes and sha256 (hex) of one file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bytes: int
    sha256: str


class Manifest(BaseModel):
    """The files of a sealed folder by name; no subfolders, no links."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    files: dict[str, SealedFile]


@contextmanager
def sealing(target: Path) -> Iterator[Path]:
    """A temporary folder that becomes `target`, sealed, when the block ends well.

    A `target` that stands there already is replaced. Raises StorageError when the disk refuses.
    """
    temp = target.parent / f"{TEMP_MARK}{secrets.token_hex(6)}-{target.name}"
    try:
        temp.mkdir(parents=True)
        yield temp
        _seal(temp)
        if target.exists() or target.is_symlink():
            _remove(target)
        temp.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        shutil.rmtree(temp, ignore_errors=True)
        raise storage_error(error, target) from error
    except BaseException:
        shutil.rmtree(temp, ignore_errors=True)
        raise


def _seal(folder: Path) -> None:
    """Syncs every file and writes the manifest."""
    paths = sorted(folder.iterdir())
    files = {path.name: SealedFile(bytes=path.stat().st_size, sha256=sha256_file(path)) for path in paths}
    manifest = folder / MANIFEST
    manifest.write_text(Manifest(files=files).model_dump_json(indent=1))
    for path in [*paths, manifest]:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(folder)


def _remove(folder: Path) -> None:
    """Removes a folder under another name, so that no half-removed one bears a real name."""
    doomed = folder.parent / f"{TEMP_MARK}{secrets.token_hex(6)}-{folder.name}"
    folder.rename(doomed)
    if doomed.is_symlink():
        doomed.unlink()
    else:
        shutil.rmtree(doomed)


def discard(folder: Path) -> None:
    """Removes a sealed folder. Raises StorageError when the disk refuses."""
    try:
        _remove(folder)
    except OSError as error:
        raise storage_error(error, folder) from error


def sweep_leftovers(parent: Path) -> None:
    """Removes what a killed process left half-written in `parent`."""
    for path in sorted(parent.glob(f"{TEMP_MARK}*")):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def find_damage(folder: Path) -> str | None:
    """What is wrong with a sealed folder, in words; None when it is exactly as it was sealed."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        foreign = {path.name for path in folder.iterdir()} - set(manifest.files) - {MANIFEST}
        if foreign:
            return f"{min(foreign)} does not belong to it"
        problems = (_file_damage(folder, name, known) for name, known in sorted(manifest.files.items()))
        return next((problem for problem in problems if problem), None)
    except FileNotFoundError:
        return f"{MANIFEST} is missing"
    except ValidationError:
        return f"{MANIFEST} is not a manifest"
    except OSError as error:
        return f"it can't be read: {error.strerror or error}"


def _file_damage(folder: Path, name: str, known: SealedFile) -> str | None:
    path = folder / name
    if path.parent != folder or name in {"..", "."}:
        return f"{MANIFEST} names a path outside it"
    if path.is_symlink() or not path.is_file():
        return f"{name} is missing" if not path.exists() else f"{name} is not a plain file"
    if path.stat().st_size != known.bytes:
        return f"{name} has {path.stat().st_size:,} of {known.bytes:,} bytes"
    return None if sha256_file(path) == known.sha256 else f"{name} does not match its hash"
