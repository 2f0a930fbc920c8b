"""Writing files so that they are whole or absent.

The one way anything durable gets to disk: a temporary file in the target's folder, opened
exclusively, synced, renamed over the target, folder synced. On any error the temporary file is
removed and what stood there before still stands. Knows nothing of what is written.
"""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from afs_engine.errors import StorageError

TEMP_MARK = ".afs-tmp-"


@contextmanager
def atomic_file(target: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A binary file with permissions `mode` that replaces `target` when the block ends well.

    Raises StorageError, with the system's reason, when the disk refuses.
    """
    # 40 characters of the name: at four bytes each that still fits any file system
    temp = target.parent / f"{TEMP_MARK}{secrets.token_hex(6)}-{target.name[:40]}"
    _refuse_device(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temp.replace(target)
        sync_folder(target.parent)
    except BaseException as error:
        with suppress(OSError):
            temp.unlink()
        if isinstance(error, OSError):
            raise storage_error(error, target) from error
        raise


def _refuse_device(target: Path) -> None:
    """A rename over a device or a pipe, such as /dev/null, would replace it for the whole machine."""
    try:
        is_special = target.exists() and not (target.is_file() or target.is_dir())
    except OSError as error:
        raise storage_error(error, target) from error
    if is_special:
        raise StorageError("this is a device or a pipe, not a file", where=target, hint="name a file")


def write_atomic(target: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes `data` to `target`, whole or not at all."""
    with atomic_file(target, mode) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Makes a rename in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def storage_error(error: OSError, target: Path) -> StorageError:
    """The disk's refusal in words."""
    hints = {
        errno.ENOSPC: "free some space and run the same command again",
        errno.EDQUOT: "your quota is used up; free some space and run the same command again",
        errno.EFBIG: "the file size limit of this shell is too low (ulimit -f)",
        errno.EROFS: "the disk is mounted read-only; choose another folder",
        errno.EACCES: "check the permissions of the folder",
        errno.ENOTDIR: "a part of the path is a file, not a folder",
        errno.EEXIST: "a part of the path is a file, not a folder",
    }
    number = error.errno or _embedded_errno(str(error))
    reason = os.strerror(number) if number else str(error)
    hint = hints.get(number, "check the disk, then run the same command again")
    if (other := _other_file(error, target)) is not None:
        return StorageError(f"cannot read or write: {reason}", where=other, hint=hint)
    return StorageError(f"cannot write: {reason}", where=target, hint=hint)


def _other_file(error: OSError, target: Path) -> Path | None:
    """The file that the system names, where that is neither the target nor on the way to it."""
    named = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else None
    if named is None or named.name.startswith(TEMP_MARK) or named == target or named in target.parents:
        return None
    return named


def _embedded_errno(text: str) -> int:
    """The error number in a message such as "No space left on device (os error 28)", as polars words it."""
    found = re.search(r"\(os error (\d+)\)", text)
    return int(found.group(1)) if found else 0
