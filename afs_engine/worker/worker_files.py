"""The files through which a launcher and a worker talk: job, events, status, lock, raw output.

Owns their names and forms. Light: the launcher imports it. It must not know what the work is.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import AfsError, WorkerError
from afs_engine.events import AnyEvent, parse_event

EXIT_STOPPED = 143  # what a shell shows for a process that SIGTERM ended


class WorkerFault(BaseModel):
    """An error as it crosses the process border; `kind` is the name of its AfsError class."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    what: str
    hint: str

    @classmethod
    def of(cls, error: AfsError) -> "WorkerFault":
        """The fault of an error; its place goes into the text."""
        place = f"{error.where}: " if error.where else ""
        return cls(kind=type(error).__name__, what=f"{place}{error.what}", hint=error.hint)


class WorkerStatus(BaseModel):
    """What a worker says of itself; "killed" is said by its launcher.

    "running" with no process behind it means it was killed while nobody looked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    state: Literal["running", "finished", "failed", "stopped", "killed"]
    pid: int
    exit_code: int | None = None
    fault: WorkerFault | None = None


class WorkerFiles:
    """The files in one worker folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.job = folder / "job.json"
        self.events = folder / "events.jsonl"
        self.status = folder / "status.json"
        self.raw_log = folder / "raw.log"
        self.lock = folder / "lock"

    def write_status(self, status: WorkerStatus) -> None:
        """Replaces the status, whole or not at all."""
        write_atomic(self.status, status.model_dump_json().encode() + b"\n")

    def read_status(self) -> WorkerStatus | None:
        """The last status written; None before the first. Raises WorkerError on a foreign file."""
        try:
            return WorkerStatus.model_validate_json(self.status.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise WorkerError("the worker's status can't be read", where=self.status) from error

    def take_lock(self) -> BinaryIO | None:
        """The lock, held until the file is closed or the process ends; None while another holds it."""
        file = self.lock.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file

    def is_locked(self) -> bool:
        """Whether a worker lives in this folder."""
        lock = self.take_lock()
        if lock is not None:
            lock.close()
        return lock is None

    def raw_tail(self, lines: int) -> str:
        """The last lines of the worker's raw output, made printable."""
        kept = [line for line in read_tail(self.raw_log, 8192) if line.strip()][-lines:]
        return " | ".join("".join(c if c.isprintable() else " " for c in line).strip() for line in kept)


def read_tail(path: Path, most_bytes: int) -> list[str]:
    """The lines in the file's last `most_bytes`; a first line that is cut is kept as what is left of it."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - most_bytes))
            return file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []


class EventTail:
    """Reads the events appended since it was last asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read_new(self) -> Iterator[AnyEvent]:
        """New whole lines as events; a line half written waits for the next call.

        Raises WorkerError on a line that is no event.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return
        for line in data.split(b"\n")[:-1]:
            try:
                event = parse_event(line)
            except ValidationError as error:
                raise WorkerError("the worker's events can't be read", where=self._path) from error
            self._offset += len(line) + 1  # one by one: who asks may be interrupted after any of them
            yield event
