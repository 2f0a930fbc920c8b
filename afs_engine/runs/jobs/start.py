"""Starting a run as a job of its own: exec'd, in its own session, with no tie to who started it.

Safe to call from any program, a running studio included: no fork of this process, no
multiprocessing, nothing heavy imported. The process itself is `__main__`.
"""

import subprocess
import sys
import time
from pathlib import Path

from afs_engine.errors import InputError, UsageError, WorkerError
from afs_engine.runs.claim import ClaimedRun, claim_run
from afs_engine.runs.jobs.pause import wake_job
from afs_engine.runs.jobs.record import JobFiles, JobRecord, find_record
from afs_engine.runs.jobs.recording import record_run
from afs_engine.runs.jobs.state import Job, has_process, observe
from afs_engine.runs.stage_names import STAGES
from afs_engine.runs.workspace import Workspace, find_workspace
from afs_engine.worker.launch import engine_environment

_ENDING_SECONDS = 10.0
_POLL_SECONDS = 0.05


def start_run(recipe: Path, until: str | None = None) -> Job:
    """Starts a run of `recipe` and returns at once; an unfinished run of it is taken up.

    Raises RecipeError and UsageError before anything is started, StorageError, WorkerError.
    """
    stage = until or STAGES[-1]
    if stage not in STAGES:
        raise UsageError(f"there is no stage '{stage}'", hint=f"stages: {', '.join(STAGES)}")
    workspace = Workspace(recipe.absolute().parent)
    claimed = claim_run(recipe, stage)
    with claimed.journal:  # the job inherits the lock; our own hold on it ends here
        files = record_run(claimed.folder, recipe, stage)
        _spawn(workspace, files, claimed)
    return observe(workspace, find_record(workspace, files.folder.name))


def _spawn(workspace: Workspace, files: JobFiles, claimed: ClaimedRun) -> None:
    descriptor = claimed.journal.fileno()
    arguments = [str(workspace.root), files.folder.name, str(descriptor)]
    with files.raw_log.open("wb") as raw:
        code = subprocess.call(
            [sys.executable, "-P", "-m", "afs_engine.runs.jobs", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=raw,
            stderr=raw,
            env=engine_environment(),
            pass_fds=[descriptor],
            start_new_session=True,
        )
    if code:
        raise WorkerError("the job could not be started", where=files.raw_log, hint="look at this log")


def resume_job(workspace: Path, job_id: str) -> Job:
    """Lets a paused job go on, or starts a run again that was stopped, killed or failed.

    A run that starts again goes on from what is kept.

    Raises UsageError when there is nothing to take up, InputError when its recipe has changed since.
    """
    home = find_workspace(workspace.absolute())
    record = find_record(home, job_id)
    job = observe(home, record)
    if job.state == "paused":
        return wake_job(workspace, job)
    if record.recipe is None:
        raise UsageError(
            f"'{job_id}' is a stand-alone training", hint="run its `training train` command again"
        )
    if job.is_live or job.state == "finished":
        raise UsageError(f"'{job_id}' can't be resumed: it is {job.state}", hint="`afs jobs list` shows all")
    if _text(record.recipe) != _text(record.folder / "recipe.toml"):
        raise InputError(
            "the recipe has changed since this run began",
            where=record.recipe,
            hint="`afs-engine run RECIPE` starts a new run of it",
        )
    _wait_for_end(record)
    return start_run(record.recipe, record.until)


def _wait_for_end(record: JobRecord) -> None:
    """A run that has just told its end still holds its folder for a moment."""
    give_up_at = time.monotonic() + _ENDING_SECONDS
    while has_process(record) and time.monotonic() < give_up_at:
        time.sleep(_POLL_SECONDS)


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("this file is not there any more", where=path, hint="bring it back") from error
