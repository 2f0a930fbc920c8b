"""The register step: the run's line in the registry, written once for a set of results."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from afs_engine.data.digest import hash_key
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.convert import Converted
from afs_engine.runs.steps.evaluate import Evaluated
from afs_engine.runs.steps.train import Trained
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment

VERSION = 1


@dataclass(frozen=True)
class Registered:
    entry: Entry

    @property
    def label(self) -> str:
        """`name@version` in the registry."""
        return str(self.entry.result.facts["label"])


def register_run(
    context: StepContext, converted: Converted, trained: Trained, evaluated: Evaluated
) -> Registered:
    """The experiment's entry, found or added now."""
    recipe = context.recipe
    inputs = {
        "version": VERSION,
        "name": recipe.run.name,
        "adapter": trained.entry.result.digest,
        "metrics": evaluated.entry.result.digest,
        "data": converted.entry.result.digest,
        "register": recipe.register_.model_dump(),
        "parent": recipe.rehearsal.label if recipe.rehearsal else "",
    }

    def make(_folder: Path) -> Made:
        experiment = _experiment(context, converted, trained, evaluated)
        stored = Registry(context.workspace.registry).add(experiment)
        return Made(
            digest=hash_key([stored.name, trained.entry.result.digest]), facts={"label": stored.label}
        )

    return Registered(context.store.get_or_make("register", inputs, make))


def _experiment(
    context: StepContext, converted: Converted, trained: Trained, evaluated: Evaluated
) -> Experiment:
    recipe, result = context.recipe, trained.result
    run_dir = context.run_dir.relative_to(context.workspace.root)
    return Experiment(
        name=recipe.run.name,
        parent=recipe.rehearsal.label if recipe.rehearsal else "",
        base_model=recipe.train.base_model,
        framework=recipe.train.backend,
        dataset=f"{run_dir.as_posix()}/data/train.jsonl",
        dataset_digest=converted.digests["train.jsonl"],
        split_digests={name: converted.digests[f"{name}.jsonl"] for name in ("train", "val", "test")},
        adapter=f"{run_dir.as_posix()}/adapter",
        adapter_digest=trained.entry.result.digest,
        hyperparameters=recipe.train.model_dump(mode="json"),
        metrics=evaluated.metrics.model_dump(mode="json"),
        duration_seconds=result.wall_seconds,
        run_dir=run_dir.as_posix(),
        tags=recipe.register_.tags,
        notes=recipe.register_.notes,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
