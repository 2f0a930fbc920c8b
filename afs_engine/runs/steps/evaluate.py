"""The evaluate step: the adapter's loss on the validation and test sides, and what the base had there.

With an earlier run in the recipe also what was forgotten of it and what was learned (`forgetting`).
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import hash_files
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.convert import Converted
from afs_engine.runs.steps.forgetting import (
    EarlierMetrics,
    EarlierModel,
    find_earlier_model,
    measure_forgetting,
)
from afs_engine.runs.steps.train import Trained
from afs_engine.stages.training.results import EvalMetrics, read_eval_metrics
from afs_engine.stages.training.row_losses import RowLossRecord, read_row_losses
from afs_engine.stages.training.settings import EvaluateJob, SequenceJob, Step
from afs_engine.worker.launch import run_steps

VERSION = 3
METRICS = "metrics.json"


class RunMetrics(BaseModel):
    """What `metrics.json` holds; a side without rows is None, as is `earlier` where nothing is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    val: EvalMetrics | None = None
    test: EvalMetrics | None = None
    earlier: EarlierMetrics | None = None


@dataclass(frozen=True)
class Evaluated:
    entry: Entry

    @property
    def metrics(self) -> RunMetrics:
        return RunMetrics.model_validate_json((self.entry.folder / METRICS).read_bytes())


def evaluate_adapter(context: StepContext, converted: Converted, trained: Trained) -> Evaluated:
    """Metrics on both held-out sides, from the store or measured now."""
    earlier = find_earlier_model(context)
    inputs = {
        "version": VERSION,
        "adapter": trained.entry.result.digest,
        "data": {name: converted.digests[f"{name}.jsonl"] for name in ("val", "test")},
        "earlier": [earlier.run, context.recipe.run.seed, *earlier.digests(context)] if earlier else None,
    }

    def make(folder: Path) -> Made:
        metrics = _measure_all(context, converted, trained.adapter, earlier, folder / "work")
        write_atomic(folder / METRICS, metrics.model_dump_json(indent=1).encode() + b"\n")
        sides = [name for name in ("val", "test") if getattr(metrics, name)]
        return Made(digest=hash_files([folder / METRICS]), facts={"sides": sides})

    return Evaluated(context.store.get_or_make("evaluate", inputs, make))


@dataclass(frozen=True)
class _Measured:
    metrics: EvalMetrics
    rows: list[RowLossRecord]


def _measure_all(
    context: StepContext, converted: Converted, adapter: Path, earlier: EarlierModel | None, work: Path
) -> RunMetrics:
    """Every measurement in one worker, so that each model is loaded once."""
    files = {name: converted.data / f"{name}.jsonl" for name in ("val", "test")}
    own = {name: file for name, file in files.items() if file.stat().st_size}
    beside_base = [(adapter, file) for file in own.values()]
    alone: list[_Pair] = []
    if earlier:
        alone += [(adapter, earlier.test_file), (earlier.adapter, earlier.test_file)]
        alone += [(earlier.adapter, own["test"])] if "test" in own else []
    found = _measure(context, beside_base, alone, work)
    sides = {name: found[adapter, file] for name, file in own.items()}
    forgetting = None
    if earlier:
        forgetting = measure_forgetting(
            earlier,
            adapter,
            (files["test"], sides["test"].rows) if "test" in sides else None,
            lambda model, file: found[model, file].rows,
            context.recipe.run.seed,
        )
    return RunMetrics(**{name: each.metrics for name, each in sides.items()}, earlier=forgetting)


_Pair = tuple[Path, Path]  # a model and the file it is measured on


def _measure(
    context: StepContext, beside_base: list[_Pair], alone: list[_Pair], work: Path
) -> dict[_Pair, _Measured]:
    """The measures of each pair; for those `beside_base` also the loss of the model's untrained base."""
    jobs = {
        (model, file): EvaluateJob(
            model=str(model),
            data_file=file,
            output_dir=work / str(number),
            base_loss=(model, file) in beside_base,
        )
        for number, (model, file) in enumerate([*beside_base, *alone])
    }
    if not jobs:
        return {}
    steps = list[Step](jobs.values())
    run_steps(SequenceJob(stage="evaluate", unit="files", steps=steps, output_dir=work), context.emit)
    found = {
        pair: _Measured(
            read_eval_metrics(job.output_dir).model_copy(update={"model": "adapter"}),
            read_row_losses(job.output_dir),
        )
        for pair, job in jobs.items()
    }
    shutil.rmtree(work)
    return found
