"""Stopping a job: it saves a checkpoint first and can be resumed; a second stop ends it at once."""

import os
import signal
import time
from pathlib import Path

from afs_engine.errors import UsageError
from afs_engine.runs.jobs.follow import read_job
from afs_engine.runs.jobs.orphans import find_orphan
from afs_engine.runs.jobs.state import Job
from afs_engine.runs.workspace import find_workspace

_POLL_SECONDS = 0.05


def stop_job(workspace: Path, job_id: str, wait_seconds: float = 20.0) -> Job:
    """Asks the job to stop and waits until it has, at most `wait_seconds`; returns what it is then.

    Never signals a process that is not the job's: its lock is held. Raises UsageError when there is
    nothing to stop.
    """
    job = read_job(workspace, job_id)
    pid = job.pid or find_orphan(find_workspace(workspace.absolute()), job)
    if pid is None:
        raise UsageError(f"'{job_id}' is {job.state}: there is nothing to stop", hint="`afs jobs list`")
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return read_job(workspace, job_id)
    give_up_at = time.monotonic() + wait_seconds
    while read_job(workspace, job_id).is_live and time.monotonic() < give_up_at:
        time.sleep(_POLL_SECONDS)
    return read_job(workspace, job_id)
