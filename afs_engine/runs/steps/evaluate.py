"""The evaluate step: the adapter's loss on the validation and test sides, and what the base had there."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import hash_files
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.convert import Converted
from afs_engine.runs.steps.train import Trained
from afs_engine.stages.training.results import EvalMetrics
from afs_engine.stages.training.settings import EvaluateJob
from afs_engine.worker.launch import run_job

VERSION = 1
METRICS = "metrics.json"


class RunMetrics(BaseModel):
    """What `metrics.json` holds; a side without rows is None."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    val: EvalMetrics | None = None
    test: EvalMetrics | None = None


@dataclass(frozen=True)
class Evaluated:
    entry: Entry

    @property
    def metrics(self) -> RunMetrics:
        return RunMetrics.model_validate_json((self.entry.folder / METRICS).read_bytes())


def evaluate_adapter(context: StepContext, converted: Converted, trained: Trained) -> Evaluated:
    """Metrics on both held-out sides, from the store or measured now."""
    inputs = {
        "version": VERSION,
        "adapter": trained.entry.result.digest,
        "data": {name: converted.digests[f"{name}.jsonl"] for name in ("val", "test")},
    }

    def make(folder: Path) -> Made:
        sides = {}
        for name in ("val", "test"):
            file = converted.data / f"{name}.jsonl"
            if file.stat().st_size:
                sides[name] = _evaluate(context, trained.adapter, file, folder / f"work-{name}")
        metrics = RunMetrics(**sides)
        write_atomic(folder / METRICS, metrics.model_dump_json(indent=1).encode() + b"\n")
        return Made(digest=hash_files([folder / METRICS]), facts={"sides": list(sides)})

    return Evaluated(context.store.get_or_make("evaluate", inputs, make))


def _evaluate(context: StepContext, adapter: Path, file: Path, work: Path) -> EvalMetrics:
    job = EvaluateJob(model=str(adapter), data_file=file, output_dir=work, base_loss=True)
    metrics = run_job(job, context.emit)
    shutil.rmtree(work)
    return metrics.model_copy(update={"model": "adapter"})
