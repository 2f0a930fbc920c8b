"""Stand-alone evaluation: models measured on a file of samples or a question suite, by one worker."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.data.output_paths import refuse_overwriting
from afs_engine.errors import InputError, UsageError
from afs_engine.events import AnyEvent
from afs_engine.stages.answers.records import AnswerRecord, read_answers
from afs_engine.stages.answers.suite import write_suite_rows
from afs_engine.stages.training.results import EvalMetrics, read_eval_metrics
from afs_engine.stages.training.row_losses import RowLossRecord, read_row_losses
from afs_engine.stages.training.settings import EvaluateJob, SequenceJob, Step
from afs_engine.worker.launch import run_steps

Emit = Callable[[AnyEvent], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on one file: its metrics, the loss of each row, and what it answered."""

    metrics: EvalMetrics
    rows: list[RowLossRecord]
    answers: list[AnswerRecord]


@dataclass(frozen=True, slots=True)
class Questions:
    """What models are measured on: a file of samples, of which some are answered, or a suite (all are)."""

    file: Path
    is_suite: bool
    answers: int | None

    def rows_in(self, scratch: Path) -> Path:
        """The sample file to measure on."""
        if not self.is_suite:
            return self.file.absolute()
        target = scratch / "suite.jsonl"
        write_suite_rows(self.file, target)
        return target


def choose_questions(data: Path | None, suite: Path | None, answers: int) -> Questions:
    """The one of both that is given. Raises UsageError, and InputError where it is not there."""
    if (data is None) == (suite is None):
        raise UsageError("what to measure on?", hint="give either --data or --suite")
    found = Questions(data or suite or Path(), suite is not None, None if suite else answers)
    if not found.file.is_file():
        flag = "--suite" if found.is_suite else "--data"
        raise InputError("this file is not there", where=found.file, hint=f"check {flag}")
    return found


def evaluate_file(model: str, questions: Questions, output: Path | None, emit: Emit) -> EvalMetrics:
    """Evaluates in a worker process; writes the metrics to `output` where one is given."""
    refuse_overwriting([questions.file], [output] if output else [])
    (measured,) = measure_models([model], [model], questions, emit)
    if output is not None:
        write_atomic(output, measured.metrics.model_dump_json(indent=1).encode() + b"\n")
    return measured.metrics


def measure_models(
    names: Sequence[str], models: Sequence[str], questions: Questions, emit: Emit
) -> list[Measured]:
    """Each model's measures under the name that the person gave it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        file = questions.rows_in(folder)
        jobs = [
            EvaluateJob(
                model=model, data_file=file, output_dir=folder / str(number), answers=questions.answers
            )
            for number, model in enumerate(models)
        ]
        steps: list[Step] = [*jobs]
        run_steps(SequenceJob(stage="evaluate", unit="models", steps=steps, output_dir=folder), emit)
        return [_read(job, name) for job, name in zip(jobs, names, strict=True)]


def _read(job: EvaluateJob, name: str) -> Measured:
    metrics = read_eval_metrics(job.output_dir).model_copy(update={"model": name})
    answers = read_answers(job.output_dir) if metrics.answers else []
    return Measured(metrics, read_row_losses(job.output_dir), answers)
