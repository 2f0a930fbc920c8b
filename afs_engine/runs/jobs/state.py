"""The state of a job as a face shows it, judged from its record, its last events and its process.

`judge` is pure; `observe` looks. It must not change anything.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict

from afs_engine.errors import EXIT_INTERRUPTED
from afs_engine.events import AnyEvent, Progress, RunFailed, RunFinished, StageFinished, StageStarted
from afs_engine.runs.jobs.event_file import read_last_events
from afs_engine.runs.jobs.orphans import find_orphan
from afs_engine.runs.jobs.record import JobEnd, JobRecord, job_files
from afs_engine.runs.journal import is_in_use
from afs_engine.runs.workspace import Workspace
from afs_engine.worker.death import may_lack_memory, name_death
from afs_engine.worker.oom_kills import has_risen
from afs_engine.worker.worker_files import WorkerFiles, WorkerStatus

State = Literal["starting", "running", "stalled", "paused", "finished", "failed", "stopped", "killed"]
LIVE_STATES = ("starting", "running", "stalled", "paused")
STALLED_AFTER_SECONDS = 120.0
_GO_ON = "`afs jobs resume` goes on from what is kept"
_AGAIN = "run the same command again to go on"


class Job(BaseModel):
    """A job now. Times are seconds since the epoch; None is "not known" or "does not apply".

    `events_from` is the byte of `events` at which this attempt begins. `reason` says why it ended badly,
    `hint` what to try next.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    kind: Literal["run", "train"]
    state: State
    folder: str
    recipe: str
    until: str
    pid: int | None
    started_at: float
    last_event_at: float | None
    last_event_age_seconds: float | None
    stage: str
    done: int
    total: int | None
    unit: str
    reason: str
    hint: str
    events: str
    events_from: int
    log: str

    @property
    def is_live(self) -> bool:
        """Whether its process is there."""
        return self.state in LIVE_STATES


@dataclass(frozen=True, slots=True)
class Verdict:
    state: State
    reason: str = ""
    hint: str = ""


def observe(workspace: Workspace, record: JobRecord, clock: Callable[[], float] = time.time) -> Job:
    """The job's state now; costs a few small reads."""
    files = job_files(workspace, record.id)
    worker = WorkerFiles(record.events.parent) if record.kind == "train" else None
    is_alive = has_process(record)  # asked before the events are read
    events = read_last_events(record.events, record.events_from)
    last_at = events[-1].at if events else None
    age = clock() - (last_at or record.started_at)
    if worker:
        verdict = judge_training(is_alive, worker.read_status(), bool(events), age)
    else:
        verdict = judge_run(is_alive, events, files.read_end(), record, age)
    if verdict.state == "killed" and find_orphan(workspace, record.folder.name):
        verdict = replace(verdict, reason=f"{verdict.reason}; its training goes on without it")
    is_live = verdict.state in LIVE_STATES
    pid = _pid(files.read_pid(), worker) if is_live else None
    if pid is not None and _is_held(pid):
        verdict = Verdict("paused", "it is held, with its memory", "`afs jobs resume` lets it go on")
    place = _find_place(events)
    log = worker.raw_log if worker else files.raw_log
    return Job(
        id=record.id,
        kind=record.kind,
        until=record.until,
        started_at=record.started_at,
        events_from=record.events_from,
        folder=str(record.folder),
        recipe=str(record.recipe or ""),
        state=verdict.state,
        reason=verdict.reason,
        hint=verdict.hint,
        pid=pid,
        last_event_at=last_at,
        last_event_age_seconds=max(0.0, age) if last_at is not None and is_live else None,
        events=str(record.events),
        log=str(log),
        stage=place.stage,
        done=place.done,
        total=place.total,
        unit=place.unit,
    )


def has_process(record: JobRecord) -> bool:
    """Whether a process of the job is there, be it that its last event is told and it is only ending."""
    if record.kind == "train":
        return WorkerFiles(record.events.parent).is_locked()
    return is_in_use(record.events)


def judge_run(
    is_alive: bool, events: Sequence[AnyEvent], end: JobEnd | None, record: JobRecord, age_seconds: float
) -> Verdict:
    """A run's last event says how it ended; where it says nothing, the process's end does."""
    last = events[-1] if events else None
    if isinstance(last, RunFinished):
        return Verdict("finished")
    if isinstance(last, RunFailed):
        reason = last.error.removesuffix(f" ({last.hint})")
        is_stopped = last.exit_code == EXIT_INTERRUPTED
        return Verdict("stopped", reason, _GO_ON) if is_stopped else Verdict("failed", reason, last.hint)
    if is_alive:
        return _judge_living(bool(events), age_seconds)
    return _judge_dead(end, record)


def judge_training(
    is_alive: bool, status: WorkerStatus | None, has_events: bool, age_seconds: float
) -> Verdict:
    """A worker says itself how it ended; "running" without a process means that it was killed."""
    if is_alive:
        return _judge_living(has_events, age_seconds)
    if status is None:
        return Verdict("failed", "its worker did not start", _AGAIN)
    if status.state == "running":
        return Verdict("killed", "its worker ended without a word", _AGAIN)
    fault = status.fault
    return Verdict(status.state, fault.what if fault else "", fault.hint if fault else "")


def _judge_living(has_events: bool, age_seconds: float) -> Verdict:
    if age_seconds >= STALLED_AFTER_SECONDS:
        return Verdict(
            "stalled", "nothing was heard from it for a while", "`afs jobs logs` shows what it said"
        )
    return Verdict("running" if has_events else "starting")


def _judge_dead(end: JobEnd | None, record: JobRecord) -> Verdict:
    if end is None:
        return Verdict("killed", "its process is gone and left no word", _GO_ON)
    ran_out = has_risen(record.oom_kills, end.oom_kills)
    reason = f"its process {name_death(end.exit_code, ran_out)}"
    if end.exit_code >= 0:
        return Verdict("failed", reason, "`afs jobs logs` shows what it said")
    more = "; it needs more memory, or fewer rows" if may_lack_memory(end.exit_code, ran_out) else ""
    return Verdict("killed", reason, _GO_ON + more)


def _is_held(pid: int) -> bool:
    """Whether the process was stopped by a signal, ours or one from a shell."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False


def _pid(own: int | None, worker: WorkerFiles | None) -> int | None:
    status = worker.read_status() if worker else None
    return status.pid if status else own


def _find_place(events: Sequence[AnyEvent]) -> Progress:
    """The stage at work and how far it is, as the last events tell; "" and 0 where they don't."""
    place = Progress(stage="", done=0)
    for event in events:
        if isinstance(event, StageStarted | StageFinished):
            place = Progress(stage=event.stage, done=0)
        elif isinstance(event, Progress):
            place = event
    return place
