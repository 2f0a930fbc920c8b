"""One run's request, as its folder keeps it, and the files of that folder.

Holds everything that the controller's process needs but the account's key, which is never written.
"""

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import StorageError
from afs_engine.stages.cloud.money.budget import Caps
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.rental.pace import Pace
from afs_engine.stages.training.settings import TrainJob, parse_job


@dataclass(frozen=True)
class RentRequest:
    """What is to be trained, and what may be rented for it. `job` is a TrainJob as JSON."""

    run_id: str
    name: str
    job: str
    need: JobNeed
    caps: Caps
    image: str
    server_url: str
    interruptible: bool = False
    pace: Pace = field(default_factory=Pace)

    @property
    def train_job(self) -> TrainJob:
        parsed = parse_job(self.job.encode())
        assert isinstance(parsed, TrainJob)
        return parsed


@dataclass(frozen=True)
class RunEnd:
    """How the controller ended: well, or why not."""

    state: Literal["finished", "failed"]
    what: str = ""
    hint: str = ""
    budget: bool = False


class RunFiles:
    """The files in one run's private folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.request = folder / "request.json"
        self.events = folder / "events.jsonl"
        self.log = folder / "controller.log"
        self.end = folder / "end.json"
        self.stop = folder / "stop"
        self._lock = folder / "lock"

    def write_request(self, request: RentRequest) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(self.request, msgspec.json.encode(request) + b"\n", mode=0o600)

    def read_request(self) -> RentRequest | None:
        """The request; None where there is none that can be read."""
        try:
            return msgspec.json.decode(self.request.read_bytes(), type=RentRequest)
        except (OSError, msgspec.MsgspecError):
            return None

    def write_end(self, end: RunEnd) -> None:
        write_atomic(self.end, msgspec.json.encode(end) + b"\n", mode=0o600)

    def read_end(self) -> RunEnd | None:
        try:
            return msgspec.json.decode(self.end.read_bytes(), type=RunEnd)
        except (OSError, msgspec.MsgspecError):
            return None

    def take_lock(self) -> BinaryIO | None:
        """The controller's lock until the file is closed; None while another process has it."""
        try:
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageError(f"can't open the run's lock: {error.strerror}", where=self._lock) from error
        file = os.fdopen(descriptor, "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
        return file

    def is_alive(self) -> bool:
        """Whether a controller works on this run."""
        if not self.folder.is_dir():
            return False
        lock = self.take_lock()
        if lock is not None:
            lock.close()
        return lock is None
