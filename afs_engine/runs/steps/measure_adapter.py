"""What the evaluate step measures of an adapter, and the worker that measures it.

Every measurement is made in one worker, so that each model is loaded once. It must not know what a
result is stored under.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.forgetting import EarlierMetrics, EarlierModel, measure_forgetting
from afs_engine.stages.answers.records import ANSWERS
from afs_engine.stages.training.results import EvalMetrics, read_eval_metrics
from afs_engine.stages.training.row_losses import RowLossRecord, read_row_losses
from afs_engine.stages.training.settings import EvaluateJob, SequenceJob, Step
from afs_engine.worker.launch import run_steps

SUITES = "suites/"  # before a suite's name: no side has such a one


class RunMetrics(BaseModel):
    """What `metrics.json` holds; a side without rows is None, as is `earlier` where nothing is known.

    `suites` are the recipe's question suites by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    val: EvalMetrics | None = None
    test: EvalMetrics | None = None
    earlier: EarlierMetrics | None = None
    suites: dict[str, EvalMetrics] = Field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What the adapter is measured on, beside its base; `answers` of its rows are answered, None: all."""

    file: Path
    answers: int | None


@dataclass(frozen=True)
class _Measured:
    metrics: EvalMetrics
    rows: list[RowLossRecord]


_Pair = tuple[Path, Path]  # a model and the file it is measured on


def measure_adapter(
    context: StepContext, asked: dict[str, Asked], adapter: Path, earlier: EarlierModel | None, folder: Path
) -> RunMetrics:
    """The measures on what is asked, by name; generated answers are left in `folder`/answers."""
    work = folder / "work"
    jobs = _list_jobs(asked, adapter, earlier, work)
    if jobs:
        steps = list[Step](jobs.values())
        run_steps(SequenceJob(stage="evaluate", unit="files", steps=steps, output_dir=work), context.emit)
    _keep_answers(work, asked, folder / "answers")
    found = {pair: _read(job) for pair, job in jobs.items()}
    measured = {name: found[adapter, each.file].metrics for name, each in asked.items()}
    return RunMetrics(
        val=measured.get("val"),
        test=measured.get("test"),
        earlier=_contrast(context, asked, adapter, earlier, found) if earlier else None,
        suites={
            name.removeprefix(SUITES): each for name, each in measured.items() if name.startswith(SUITES)
        },
    )


def _list_jobs(
    asked: dict[str, Asked], adapter: Path, earlier: EarlierModel | None, work: Path
) -> dict[_Pair, EvaluateJob]:
    """The adapter on what is asked, beside its untrained base; both adapters on each other's test set."""
    jobs = {
        (adapter, each.file): EvaluateJob(
            model=str(adapter),
            data_file=each.file,
            output_dir=work / name,
            base_loss=True,
            answers=each.answers,
        )
        for name, each in asked.items()
    }
    across: list[_Pair] = []
    if earlier:
        across += [(adapter, earlier.test_file), (earlier.adapter, earlier.test_file)]
        across += [(earlier.adapter, asked["test"].file)] if "test" in asked else []
    for number, (model, file) in enumerate(across):
        jobs[model, file] = EvaluateJob(model=str(model), data_file=file, output_dir=work / str(number))
    return jobs


def _contrast(
    context: StepContext,
    asked: dict[str, Asked],
    adapter: Path,
    earlier: EarlierModel,
    found: dict[_Pair, _Measured],
) -> EarlierMetrics:
    own = asked["test"].file if "test" in asked else None
    return measure_forgetting(
        earlier,
        adapter,
        (own, found[adapter, own].rows) if own else None,
        lambda model, file: found[model, file].rows,
        context.recipe.run.seed,
    )


def _keep_answers(work: Path, asked: dict[str, Asked], target: Path) -> None:
    for name in asked:
        if (work / name / ANSWERS).is_file():
            kept = target / f"{name}.jsonl"
            kept.parent.mkdir(parents=True, exist_ok=True)
            (work / name / ANSWERS).replace(kept)


def _read(job: EvaluateJob) -> _Measured:
    metrics = read_eval_metrics(job.output_dir).model_copy(update={"model": "adapter"})
    return _Measured(metrics, read_row_losses(job.output_dir))
