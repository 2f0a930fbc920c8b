"""Backing up a trained folder: which of its files, and to where."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.atomic import TEMP_MARK
from afs_engine.data.counted import counted
from afs_engine.errors import InputError
from afs_engine.events import AnyEvent, LogLine
from afs_engine.stages.cloud.backup.local_copy import copy_verified
from afs_engine.stages.cloud.backup.rclone_copy import copy_to_remote, is_remote


@dataclass(frozen=True)
class BackupResult:
    """`files` are at `target` and verified."""

    target: str
    files: int
    bytes: int


def back_up(
    folder: Path, target: str, name: str, emit: Callable[[AnyEvent], None] = lambda event: None
) -> BackupResult:
    """Copies adapter, checkpoints and logs of `folder` to `target`/`name` and verifies every file.

    `target` is a folder or an rclone remote. Raises InputError, StorageError, MissingPartError, CloudError.
    """
    files = _files(folder)
    if is_remote(target):
        place = f"{target.rstrip('/')}/{name}" if not target.endswith(":") else f"{target}{name}"
        copy_to_remote(folder, list(files), place)
    else:
        place = str(Path(target).expanduser() / name)
        copy_verified(files, Path(place))
    result = BackupResult(place, len(files), sum(path.stat().st_size for path in files.values()))
    emit(LogLine(text=f"backed up and verified: {counted(result.files, 'file')} at {place}"))
    return result


def _files(folder: Path) -> dict[str, Path]:
    """By relative name; half-written ones and the worker's own are left out."""
    if not folder.is_dir():
        raise InputError("there is no such folder", where=folder, hint="name an adapter's folder")
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        scratch = any(part.startswith(TEMP_MARK) or part == "worker" for part in name.parts)
        if path.is_file() and not path.is_symlink() and not scratch and path.suffix != ".part":
            found[name.as_posix()] = path
    if not found:
        raise InputError("there is nothing in this folder", where=folder)
    return found
