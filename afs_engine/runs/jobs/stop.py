"""Stopping a job: it saves a checkpoint first and can be resumed; a second stop ends it at once."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from afs_engine.errors import UsageError
from afs_engine.runs.jobs.follow import read_job
from afs_engine.runs.jobs.orphans import find_orphan
from afs_engine.runs.jobs.pause import wake_job
from afs_engine.runs.jobs.record import JobRecord, find_record
from afs_engine.runs.jobs.state import Job, has_process
from afs_engine.runs.workspace import Workspace, find_workspace

_POLL_SECONDS = 0.05


def stop_job(workspace: Path, job_id: str, wait_seconds: float = 20.0) -> Job:
    """Asks the job to stop and waits until it has, at most `wait_seconds`; returns what it is then.

    Never signals a process that is not the job's: its lock is held. Raises UsageError when there is
    nothing to stop.
    """
    home = find_workspace(workspace.absolute())
    job = read_job(workspace, job_id)
    pid = job.pid or find_orphan(home, Path(job.folder).name)
    if pid is None:
        raise UsageError(f"'{job_id}' is {job.state}: there is nothing to stop", hint="`afs jobs list`")
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if job.state == "paused":
        wake_job(workspace, job)
    give_up_at = time.monotonic() + wait_seconds
    record = find_record(home, job_id)
    while _is_at_work(home, record) and time.monotonic() < give_up_at:
        time.sleep(_POLL_SECONDS)
    return read_job(workspace, job_id)


def _is_at_work(home: Workspace, record: JobRecord) -> bool:
    return has_process(record) or find_orphan(home, record.folder.name) is not None
