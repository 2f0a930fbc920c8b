"""A new file written past the system's page cache, where the file system allows that.

For large files that are written once and read by another process later, if at all: copying them into the
cache costs as much as making them. Owns the alignment this asks for; elsewhere (tmpfs, macOS) it is a
plain file. Knows nothing of what is written.
"""

import errno
import fcntl
import mmap
import os
from pathlib import Path

_BUFFER_BYTES = 1 << 20
_ALIGN_BYTES = 4096  # what every disk's logical block divides
_DIRECT = getattr(os, "O_DIRECT", 0)
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class DirectFile:
    """Opened for writing at `path`, which must not be there yet. Bytes may be pending until `close`."""

    def __init__(self, path: Path) -> None:
        self._buffer = mmap.mmap(-1, _BUFFER_BYTES)  # begins on a page, as the disk asks
        self._view = memoryview(self._buffer)
        self._held = 0
        self._descriptor = os.open(path, _NEW_FILE, 0o644)
        self._set_direct(is_direct=True)

    def write(self, data: bytes | memoryview) -> None:
        """Appends `data`. Raises OSError when the disk refuses."""
        rest = memoryview(data)
        while rest:
            part = rest[: _BUFFER_BYTES - self._held]
            self._view[self._held : self._held + len(part)] = part
            self._held += len(part)
            rest = rest[len(part) :]
            if self._held == _BUFFER_BYTES:
                self._flush()

    def close(self) -> None:
        """Writes what is pending; the descriptor is closed whatever happens."""
        try:
            if self._held:
                self._flush()
        finally:
            os.close(self._descriptor)
            self._view.release()
            self._buffer.close()

    def _flush(self) -> None:
        """Writes the buffer: whole blocks directly, the file's odd end through the cache."""
        aligned = self._held // _ALIGN_BYTES * _ALIGN_BYTES
        self._write_out(self._view[:aligned])
        if aligned < self._held:
            self._set_direct(is_direct=False)
            self._write_out(self._view[aligned : self._held])
        self._held = 0

    def _write_out(self, data: memoryview) -> None:
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except OSError as error:
                if error.errno != errno.EINVAL or not self._is_direct:
                    raise
                self._set_direct(is_direct=False)  # opened so, but its blocks are of another size

    def _set_direct(self, *, is_direct: bool) -> None:
        flags = fcntl.fcntl(self._descriptor, fcntl.F_GETFL) & ~_DIRECT
        try:
            fcntl.fcntl(self._descriptor, fcntl.F_SETFL, flags | (_DIRECT if is_direct else 0))
        except OSError:  # this file system knows no direct writes
            is_direct = False
        self._is_direct = is_direct and bool(_DIRECT)
