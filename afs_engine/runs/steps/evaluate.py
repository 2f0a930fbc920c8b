"""The evaluate step: the adapter's loss on the validation and test sides, and what the base had there.

Where the recipe asks for it also what the adapter answers itself, to rows of both sides and to question
suites; with an earlier run in the recipe what was forgotten of it and what was learned (`forgetting`).
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import hash_files
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.convert import Converted
from afs_engine.runs.steps.forgetting import find_earlier_model
from afs_engine.runs.steps.measure_adapter import SUITES, Asked, RunMetrics, measure_adapter
from afs_engine.runs.steps.suites import find_suites
from afs_engine.runs.steps.train import Trained
from afs_engine.stages.answers.suite import write_suite_rows

VERSION = 4
METRICS = "metrics.json"


@dataclass(frozen=True)
class Evaluated:
    entry: Entry

    @property
    def metrics(self) -> RunMetrics:
        return RunMetrics.model_validate_json((self.entry.folder / METRICS).read_bytes())

    @property
    def answers(self) -> Path:
        """A folder with a file of answers for each side and suite that was asked; absent without any."""
        return self.entry.folder / "answers"


def evaluate_adapter(context: StepContext, converted: Converted, trained: Trained) -> Evaluated:
    """Metrics on both held-out sides and of all suites, from the store or measured now."""
    earlier = find_earlier_model(context)
    suites = find_suites(context.recipe, context.workspace)
    inputs = {
        "version": VERSION,
        "adapter": trained.entry.result.digest,
        "data": {name: converted.digests[f"{name}.jsonl"] for name in ("val", "test")},
        "earlier": [earlier.run, context.recipe.run.seed, *earlier.digests(context)] if earlier else None,
        "answers": context.recipe.evaluate.answers,
        "suites": {name: context.input_digests.of_file(path) for name, path in suites.items()},
    }

    def make(folder: Path) -> Made:
        work = folder / "work"
        asked = _sides(converted, context.recipe.evaluate.answers) | _suites(suites, work)
        metrics = measure_adapter(context, asked, trained.adapter, earlier, folder)
        shutil.rmtree(work, ignore_errors=True)
        write_atomic(folder / METRICS, metrics.model_dump_json(indent=1).encode() + b"\n")
        answers = sorted(path for path in (folder / "answers").rglob("*") if path.is_file())
        sides = [name for name in ("val", "test") if getattr(metrics, name)]
        return Made(digest=hash_files([folder / METRICS, *answers]), facts={"sides": sides})

    return Evaluated(context.store.get_or_make("evaluate", inputs, make))


def _sides(converted: Converted, answers: int) -> dict[str, Asked]:
    files = {name: converted.data / f"{name}.jsonl" for name in ("val", "test")}
    return {name: Asked(file, answers) for name, file in files.items() if file.stat().st_size}


def _suites(suites: dict[str, Path], work: Path) -> dict[str, Asked]:
    """The suites as sample rows, under names that no side has."""
    asked = {}
    for name, suite in suites.items():
        write_suite_rows(suite, work / "suites" / f"{name}.jsonl")
        asked[SUITES + name] = Asked(work / "suites" / f"{name}.jsonl", None)
    return asked
