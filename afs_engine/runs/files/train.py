"""Stand-alone training and evaluation: files in, a folder or a metrics file out."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import InputError
from afs_engine.events import AnyEvent
from afs_engine.runs.jobs.recording import record_training
from afs_engine.runs.workspace import find_workspace
from afs_engine.stages.training.results import EvalMetrics, TrainResult
from afs_engine.stages.training.settings import EvaluateJob, TrainJob, TrainSettings
from afs_engine.worker.launch import check_job, run_job

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
    return run_job(job, emit)


def evaluate_file(model: str, data: Path, output: Path | None, emit: Emit) -> EvalMetrics:
    """Evaluates in a worker process; writes the metrics to `output` where one is given."""
    _require(data)
    with tempfile.TemporaryDirectory() as scratch:
        job = EvaluateJob(model=model, data_file=data.absolute(), output_dir=Path(scratch) / "evaluation")
        metrics = run_job(job, emit)
    if output is not None:
        write_atomic(output, metrics.model_dump_json(indent=1).encode() + b"\n")
    return metrics


def _require(path: Path) -> None:
    if not path.is_file():
        raise InputError("this file is not there", where=path, hint="check the path")
