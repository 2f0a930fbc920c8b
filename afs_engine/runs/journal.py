"""The journal of a run: its events, one JSON object a line, appended as they happen.

Owns the file and the clock of events. Whoever shows a run (terminal, studio, test) reads this file
or is called with the same events.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from pydantic import ValidationError

from afs_engine.data.atomic import storage_error
from afs_engine.events import AnyEvent, parse_event

_LOCK_TRIES = 10
_LOCK_PAUSE_SECONDS = 0.02
Listener = Callable[[AnyEvent], None]


class Journal:
    """Appends events to a file and hands them to listeners. Holds the file's lock while it is open.

    `locked` is the file as `lock_journal` gave it; without it the journal waits for the lock.
    """

    def __init__(
        self,
        path: Path,
        listeners: list[Listener],
        clock: Callable[[], float] = time.time,
        locked: BinaryIO | None = None,
    ) -> None:
        self._path = path
        self._listeners = listeners
        self._clock = clock
        try:
            self._file = locked or path.open("ab")
            fcntl.flock(self._file, fcntl.LOCK_EX)
            if not _ends_with_a_line(path):  # torn when the last run was killed; the next must not join it
                self._file.write(b"\n")
        except OSError as error:
            raise storage_error(error, path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._file.close()

    def record(self, event: AnyEvent) -> None:
        """Stamps, stores and passes on one event."""
        stamped = event.model_copy(update={"at": round(self._clock(), 3)})
        try:
            self._file.write(stamped.model_dump_json().encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise storage_error(error, self._path) from error
        for listener in self._listeners:
            listener(stamped)


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return file.read(1) in (b"", b"\n")


def read_journal(path: Path) -> Iterator[AnyEvent]:
    """The events of a journal; a torn or foreign line is passed over."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return
    for line in data.split(b"\n"):
        if not line:
            continue
        try:
            yield parse_event(line)
        except ValidationError:
            continue


def lock_journal(path: Path) -> BinaryIO | None:
    """The journal's file, locked for as long as it, or a copy that a child inherits, is open.

    None while another process holds it. Who only looks (`is_in_use`) holds it for an instant.
    """
    try:
        file = path.open("ab")
    except OSError as error:
        raise storage_error(error, path) from error
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            time.sleep(_LOCK_PAUSE_SECONDS)
    file.close()
    return None


def is_in_use(path: Path) -> bool:
    """Whether a living process holds this journal open."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: lookers don't see each other
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
