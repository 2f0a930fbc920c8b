"""Opening an input, and knowing whether it stayed the same while it was read.

Owns the checks of a path before anything is read from it (a pipe, a folder, a dangling link, ...)
and the comparison afterwards. Knows nothing of what is inside.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.errors import InputError

_SAMPLE_BYTES = 4096
_RUN_AGAIN = "wait until nothing writes to it, then run the same command again"
_SPECIAL_KINDS = (
    (stat.S_ISDIR, "this is a folder, not a file", "name a file in it"),
    (stat.S_ISFIFO, "this is a pipe, not a file", "write it to a file first, then pass that file"),
    (stat.S_ISSOCK, "this is a socket, not a file", "pass a file"),
    (stat.S_ISCHR, "this is a device, not a file", "pass a file"),
    (stat.S_ISBLK, "this is a device, not a file", "pass a file"),
)


@dataclass(frozen=True, slots=True)
class OpenedInput:
    """An open regular file (or /dev/null): what it was at the moment it was opened.

    Only its first `size` bytes are read: what a live writer appends later belongs to the next run.
    """

    path: Path
    descriptor: int
    start: os.stat_result
    head: bytes
    tail: bytes

    @property
    def size(self) -> int:
        """Bytes at the moment of opening."""
        return self.start.st_size

    def changed_error(self, how: str) -> InputError:
        """The error to raise when the file turns out to be another one than was opened."""
        return InputError(f"the file was {how} while it was read", where=self.path, hint=_RUN_AGAIN)

    def check_unchanged(self) -> list[str]:
        """Call after reading. Notes what was appended; raises InputError for any other change."""
        now = os.fstat(self.descriptor)
        if now.st_size < self.size:
            raise self.changed_error("truncated")
        if now.st_mtime_ns != self.start.st_mtime_ns and not self._has_only_grown(now):
            raise self.changed_error("changed")
        try:
            at_path = self.path.stat()
        except OSError:
            raise self.changed_error("removed") from None
        if (at_path.st_dev, at_path.st_ino) != (now.st_dev, now.st_ino):
            raise self.changed_error("replaced")
        if now.st_size > self.size:
            return [f"the file grew while it was read; its first {self.size:,} bytes were read"]
        return []

    def _has_only_grown(self, now: os.stat_result) -> bool:
        """True where bytes were added and both ends of what was there are as before."""
        return now.st_size > self.size and _ends(self.descriptor, self.size) == (self.head, self.tail)


@contextmanager
def open_input(path: Path) -> Iterator[OpenedInput]:
    """Opens a file for reading; never blocks, whatever the path names. Raises InputError."""
    try:
        # Without O_NONBLOCK, opening a pipe would wait for a writer that may never come.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _open_error(error, path) from None
    try:
        yield _examine(path, descriptor)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be read: {reason}", where=path, hint="check the disk") from error
    finally:
        os.close(descriptor)


def _examine(path: Path, descriptor: int) -> OpenedInput:
    start = os.fstat(descriptor)
    is_null_device = stat.S_ISCHR(start.st_mode) and start.st_rdev == os.stat(os.devnull).st_rdev  # noqa: PTH116
    for is_kind, what, hint in _SPECIAL_KINDS:
        if is_kind(start.st_mode) and not is_null_device:
            raise InputError(what, where=path, hint=hint)
    head, tail = _ends(descriptor, start.st_size)
    return OpenedInput(path, descriptor, start, head, tail)


def _ends(descriptor: int, size: int) -> tuple[bytes, bytes]:
    """The first and the last bytes of the first `size`."""
    length = min(size, _SAMPLE_BYTES)
    return os.pread(descriptor, length, 0), os.pread(descriptor, length, size - length)


def _open_error(error: OSError | ValueError, path: Path) -> InputError:
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.ENOENT and path.is_symlink():
        what = f"this link points to nothing: {show_path(path.readlink())}"
        return InputError(what, where=path, hint="make its target, or name another file")
    reasons = {
        errno.ENOENT: ("there is no such file", "check the name and the folder"),
        errno.ENOTDIR: ("there is no such file", "a part of the path is a file, not a folder"),
        errno.EACCES: ("permission denied", "check the permissions of the file and its folders"),
        errno.EPERM: ("permission denied", "check the permissions of the file and its folders"),
        errno.ELOOP: ("these links point to each other", "remove the link, name the real file"),
        errno.ENXIO: ("this is a socket, not a file", "pass a file"),
        errno.ENAMETOOLONG: ("the name is too long", "name an existing file"),
        None: ("this is no file name", "name an existing file"),
    }
    what, hint = reasons.get(code, (f"cannot be opened: {error}", "check the disk"))
    return InputError(what, where=path, hint=hint)
