"""What is kept of a job beside its own folder: `.afs/jobs/<id>/`.

Owns those files' names and forms. The events of a run are its journal, those of a training its worker's
events file; this part only knows where they are. It must not look at processes.
"""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import UsageError, nearest_hint
from afs_engine.runs.workspace import Workspace


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JobRecord(_Record):
    """One attempt at a job, written when it starts; a later attempt at the same folder replaces it.

    `folder` is the run's, or the adapter's of a training. `events_from` is the byte in `events` where
    this attempt begins. `started_at` is in seconds since the epoch; `oom_kills` as counted then.
    """

    id: str
    kind: Literal["run", "train"]
    folder: Path
    events: Path
    events_from: int = 0
    recipe: Path | None = None
    until: str = ""
    resumed: bool = False
    started_at: float
    oom_kills: int | None = None

    def with_paths(self, change: Callable[[Path], Path]) -> "JobRecord":
        """The record with each of its paths changed."""
        recipe = None if self.recipe is None else change(self.recipe)
        paths = {"folder": change(self.folder), "events": change(self.events), "recipe": recipe}
        return self.model_copy(update=paths)


class JobEnd(_Record):
    """How the process of a run ended, as the one that waited for it saw; a signal's code is negative."""

    exit_code: int
    ended_at: float
    oom_kills: int | None = None


class JobFiles:
    """The files of one job. `pid` names the process that does the work, `raw_log` is what it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pid = folder / "pid"
        self.raw_log = folder / "raw.log"
        self._record = folder / "job.json"
        self._end = folder / "end.json"

    def write_record(self, record: JobRecord) -> None:
        """Begins an attempt: what an earlier one left of its process goes."""
        for old in (self._end, self.pid):
            old.unlink(missing_ok=True)
        kept = record.with_paths(lambda path: path.relative_to(self._root) if self._holds(path) else path)
        write_atomic(self._record, kept.model_dump_json(indent=1).encode() + b"\n")

    def read_record(self) -> JobRecord | None:
        """None where there is none, or a foreign one."""
        try:
            kept = JobRecord.model_validate_json(self._record.read_bytes())
        except (OSError, ValidationError):
            return None
        return kept.with_paths(lambda path: self._root / path)

    @property
    def _root(self) -> Path:
        """The workspace: what lies in it is kept relative to it, so that it can be moved."""
        return self.folder.parents[2]

    def _holds(self, path: Path) -> bool:
        return path.is_relative_to(self._root)

    def write_end(self, end: JobEnd) -> None:
        write_atomic(self._end, end.model_dump_json().encode() + b"\n")

    def read_end(self) -> JobEnd | None:
        """None while nobody has seen the end."""
        try:
            return JobEnd.model_validate_json(self._end.read_bytes())
        except (OSError, ValidationError):
            return None

    def write_pid(self, pid: int) -> None:
        write_atomic(self.pid, str(pid).encode())

    def read_pid(self) -> int | None:
        try:
            return int(self.pid.read_bytes())
        except (OSError, ValueError):
            return None


def job_files(workspace: Workspace, job_id: str) -> JobFiles:
    return JobFiles(workspace.jobs / job_id)


def choose_id(workspace: Workspace, folder: Path) -> str:
    """The folder's name; with a number where a job of another folder is called so."""
    name = folder.resolve().name or "training"
    for number in count(1):
        job_id = name if number == 1 else f"{name}-{number}"
        known = job_files(workspace, job_id).read_record()
        if known is None or known.folder == folder:
            return job_id
    raise AssertionError("unreachable: numbers do not end")


def read_records(workspace: Workspace) -> list[JobRecord]:
    """All jobs, the oldest start first."""
    records = [JobFiles(path).read_record() for path in workspace.jobs.glob("*")]
    return sorted((each for each in records if each), key=lambda each: (each.started_at, each.id))


def find_record(workspace: Workspace, job_id: str) -> JobRecord:
    """Raises UsageError, with the nearest id, where there is no such job."""
    known = {record.id: record for record in read_records(workspace)}
    if job_id not in known:
        raise UsageError(
            f"there is no job '{job_id}'", where=workspace.root, hint=nearest_hint(job_id, list(known))
        )
    return known[job_id]
