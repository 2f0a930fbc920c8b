"""The register step: the run's line in the registry, written once for a set of results.

The record is stored with the result, too, and goes into the run's folder: from these the registry can
be built again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import hash_key
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.files.registry_rebuild import RECORD, restore_lost_registry
from afs_engine.runs.steps.convert import Converted
from afs_engine.runs.steps.evaluate import Evaluated
from afs_engine.runs.steps.train import Trained
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment

VERSION = 2


@dataclass(frozen=True)
class Registered:
    entry: Entry

    @property
    def label(self) -> str:
        """`name@version` in the registry."""
        return str(self.entry.result.facts["label"])

    @property
    def experiment(self) -> Experiment:
        """The experiment as it was registered."""
        return Experiment.model_validate_json(self.record.read_bytes())

    @property
    def record(self) -> Path:
        """The experiment as it was registered, as JSON."""
        return self.entry.folder / RECORD


def register_run(
    context: StepContext, converted: Converted, trained: Trained, evaluated: Evaluated
) -> Registered:
    """The experiment's entry, found or added now; in the registry in either case."""
    recipe = context.recipe
    inputs = {
        "version": VERSION,
        "name": recipe.run.name,
        "adapter": trained.entry.result.digest,
        "metrics": evaluated.entry.result.digest,
        "data": converted.entry.result.digest,
        "register": recipe.register_.model_dump(exclude={"report_to"}),
        "parent": _parent(context),
    }
    registry = _open_registry(context)

    def make(folder: Path) -> Made:
        experiment = _experiment(context, converted, trained, evaluated)
        stored = _find_stored(registry, experiment) or registry.add(experiment)
        write_atomic(folder / RECORD, stored.model_dump_json(indent=1).encode() + b"\n")
        return Made(
            digest=hash_key([stored.name, trained.entry.result.digest]), facts={"label": stored.label}
        )

    registered = Registered(context.store.get_or_make("register", inputs, make))
    if not registered.entry.executed:
        registry.add_missing([Experiment.model_validate_json(registered.record.read_bytes())])
    return registered


def _find_stored(registry: Registry, experiment: Experiment) -> Experiment | None:
    """The entry of this very run, killed after it was registered and before the step was done."""
    for each in registry.list_all():
        if each.model_copy(update={"version": 0, "created_at": experiment.created_at}) == experiment:
            return each
    return None


def _open_registry(context: StepContext) -> Registry:
    """The workspace's registry. One that is gone is made again, so that the run's number is a new one."""
    restored = restore_lost_registry(context.workspace)
    if restored:
        context.warn(f"the registry was gone; {len(restored)} experiments came back from the run folders")
    return Registry(context.workspace.registry)


def _parent(context: StepContext) -> str:
    """The earlier run's registered name and version, or what the recipe calls the earlier version."""
    section = context.recipe.rehearsal
    if section is None:
        return ""
    try:
        record = (context.workspace.runs / str(section.run) / RECORD).read_bytes()
    except OSError:
        return section.label
    return Experiment.model_validate_json(record).label


def _experiment(
    context: StepContext, converted: Converted, trained: Trained, evaluated: Evaluated
) -> Experiment:
    recipe, result = context.recipe, trained.result
    run_dir = context.run_dir.relative_to(context.workspace.root)
    return Experiment(
        name=recipe.run.name,
        parent=_parent(context),
        base_model=recipe.train.base_model,
        framework=result.backend,
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
