"""Holding a job's processes where they are and letting them go on: the CPU is free at once, the memory
stays taken, nothing is lost.

Works by SIGSTOP and SIGCONT, so no part of the job has to know. To free the memory, too, stop the job.
"""

import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from afs_engine.errors import UsageError
from afs_engine.runs.jobs.follow import read_job
from afs_engine.runs.jobs.orphans import find_orphan
from afs_engine.runs.jobs.state import Job
from afs_engine.runs.workspace import find_workspace

_EFFECT_SECONDS = 5.0
_POLL_SECONDS = 0.01


def pause_job(workspace: Path, job_id: str) -> Job:
    """Holds the job; returns what it is then. Raises UsageError where there is nothing to hold."""
    job = read_job(workspace, job_id)
    if not job.is_live or job.state == "paused":
        raise UsageError(f"'{job_id}' is {job.state}: it can't be paused", hint="`afs jobs list`")
    _send(_processes(workspace, job), signal.SIGSTOP)
    return _wait(workspace, job_id, lambda now: now.state == "paused" or not now.is_live)


def wake_job(workspace: Path, job: Job) -> Job:
    """Lets a held job go on; does nothing to one that works. Returns what it is then."""
    _send(reversed(_processes(workspace, job)), signal.SIGCONT)
    return _wait(workspace, job.id, lambda now: now.state != "paused")


def _wait(workspace: Path, job_id: str, is_so: Callable[[Job], bool]) -> Job:
    """A signal takes effect a moment after it is sent."""
    give_up_at = time.monotonic() + _EFFECT_SECONDS
    while not is_so(job := read_job(workspace, job_id)) and time.monotonic() < give_up_at:
        time.sleep(_POLL_SECONDS)
    return job


def _processes(workspace: Path, job: Job) -> list[psutil.Process]:
    """The job's own process, its worker, and what those started; parents first.

    A worker that an earlier process of the run started is no child of this one.
    """
    worker = find_orphan(find_workspace(workspace.absolute()), Path(job.folder).name)
    found: dict[int, psutil.Process] = {}
    for pid in (job.pid, worker):
        try:
            top = psutil.Process(pid) if pid is not None else None
            family = [top, *top.children(recursive=True)] if top is not None else []
        except psutil.NoSuchProcess:  # it ended just now
            continue
        found.update((each.pid, each) for each in family)
    return list(found.values())


def _send(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)  # psutil looks whether the id has another owner by now
        except psutil.NoSuchProcess:
            continue
