"""Stand-alone training: files in, an adapter folder out."""

from collections.abc import Callable
from pathlib import Path

from afs_engine.errors import InputError
from afs_engine.events import AnyEvent
from afs_engine.runs.jobs.recording import record_training
from afs_engine.runs.training_check import train_here
from afs_engine.runs.workspace import find_workspace
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.settings import TrainJob, TrainSettings
from afs_engine.worker.launch import check_job

Emit = Callable[[AnyEvent], None]


def train_file(
    name: str, settings: TrainSettings, data: Path, val_data: Path | None, output: Path, emit: Emit
) -> TrainResult:
    """Trains in a worker process into `output`; a stopped training there is taken up again.

    It is a job of the workspace around the current folder.
    """
    _require(data)
    beside = data.with_name("val.jsonl")
    validation = val_data or (beside if beside.is_file() and beside != data else None)
    if validation is not None:
        _require(validation)
    job = TrainJob(
        name=name,
        settings=settings,
        train_file=data.absolute(),
        val_file=validation.absolute() if validation else None,
        output_dir=output.absolute(),
    )
    check_job(job)
    record_training(find_workspace(Path.cwd()), job)
    return train_here(job, emit)


def _require(path: Path) -> None:
    if path.is_dir():
        raise InputError("this is a folder, not a file", where=path, hint="name a file in it")
    if not path.is_file():
        raise InputError("this file is not there", where=path, hint="check the path")
