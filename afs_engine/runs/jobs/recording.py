"""Making a job of work that begins: its record, so that it can be listed, followed and stopped.

Starts nothing.
"""

import time
from pathlib import Path

from afs_engine.runs.jobs.record import JobFiles, JobRecord, choose_id, job_files
from afs_engine.runs.run_folder import RunFolder
from afs_engine.runs.workspace import Workspace
from afs_engine.stages.training.settings import TrainJob
from afs_engine.worker.oom_kills import count_oom_kills
from afs_engine.worker.worker_files import WorkerFiles


def record_run(folder: RunFolder, recipe_path: Path, until: str) -> JobFiles:
    """The record of a run in `folder`, whose journal this process holds."""
    recipe = recipe_path.absolute()
    workspace = Workspace(recipe.parent)
    job_id = choose_id(workspace, folder.path)
    record = JobRecord(
        id=job_id,
        kind="run",
        folder=folder.path,
        events=folder.journal,
        events_from=folder.journal.stat().st_size,
        recipe=recipe,
        until=until,
        resumed=folder.resumed,
        started_at=time.time(),
        oom_kills=count_oom_kills(),
    )
    return _write(workspace, record)


def record_training(workspace: Workspace, job: TrainJob) -> JobFiles:
    """The record of a stand-alone training, which its worker is about to do."""
    record = JobRecord(
        id=choose_id(workspace, job.output_dir),
        kind="train",
        folder=job.output_dir,
        events=WorkerFiles(job.worker_dir).events,
        started_at=time.time(),
    )
    return _write(workspace, record)


def _write(workspace: Workspace, record: JobRecord) -> JobFiles:
    files = job_files(workspace, record.id)
    files.write_record(record)
    return files
