"""The worker that trains on although the run that started it was killed."""

from afs_engine.runs.workspace import Workspace
from afs_engine.stages.training.settings import TrainJob, parse_job
from afs_engine.worker.worker_files import WorkerFiles


def find_orphan(workspace: Workspace, run: str) -> int | None:
    """The process id of the worker that trains for the run of that name; None where there is none.

    Only for a run whose own process is gone: a living one has such a worker, too.
    """
    for folder in sorted(workspace.work.glob("*/worker")):
        files = WorkerFiles(folder)
        if files.is_locked() and _name(files) == run:
            status = files.read_status()
            return status.pid if status else None
    return None


def _name(files: WorkerFiles) -> str:
    try:
        job = parse_job(files.job.read_bytes())
    except (OSError, ValueError):
        return ""
    return job.name if isinstance(job, TrainJob) else ""
