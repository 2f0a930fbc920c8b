"""The worker that trains on although the run that started it was killed."""

from pathlib import Path

from afs_engine.runs.jobs.state import Job
from afs_engine.runs.workspace import Workspace
from afs_engine.stages.training.settings import TrainJob, parse_job
from afs_engine.worker.worker_files import WorkerFiles


def find_orphan(workspace: Workspace, job: Job) -> int | None:
    """The process id of the worker that trains for the dead run `job`; None where there is none."""
    if job.kind != "run" or job.is_live:
        return None
    name = Path(job.folder).name
    for folder in sorted(workspace.work.glob("*/worker")):
        files = WorkerFiles(folder)
        if files.is_locked() and _name(files) == name:
            status = files.read_status()
            return status.pid if status else None
    return None


def _name(files: WorkerFiles) -> str:
    try:
        job = parse_job(files.job.read_bytes())
    except (OSError, ValueError):
        return ""
    return job.name if isinstance(job, TrainJob) else ""
