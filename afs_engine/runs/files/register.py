"""Stand-alone registry commands: where the registry lies, adding to it, reading it, changing it."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.digest import sha256_file
from afs_engine.errors import InputError, UsageError
from afs_engine.runs.files.registry_rebuild import refuse_lost_registry
from afs_engine.runs.workspace import find_workspace
from afs_engine.stages.registry.comparing import SideBySide, compare_side_by_side
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment
from afs_engine.stages.registry.promotion import PromotionStep, promoted_versions


class ExperimentList(BaseModel):
    """`promoted` maps a name to its version in use."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    registry: str
    experiments: list[Experiment]
    promoted: dict[str, int]


class ExperimentInfo(Experiment):
    """An experiment with its place in the history of its name; `promoted` when it is in use."""

    promoted: bool
    promotions: list[PromotionStep]


def open_registry(path: Path | None) -> Registry:
    """The registry at `path`, or that of the workspace around the current folder.

    Raises StorageError when the workspace's is gone although runs are registered.
    """
    if path:
        return Registry(path.expanduser())
    workspace = find_workspace(Path.cwd())
    refuse_lost_registry(workspace)
    return Registry(workspace.registry)


def register_experiment(registry: Path | None, *, dataset: Path | None, **fields: object) -> Experiment:
    """Adds an experiment. A dataset must be there; its sha256 is kept. Raises InputError, StorageError."""
    known: dict[str, object] = {"created_at": _now()}
    if dataset is not None:
        path = dataset.expanduser()
        if not path.is_file():
            raise InputError("the dataset is not there", where=path, hint="check --dataset")
        known |= {"dataset": str(dataset), "dataset_digest": sha256_file(path)}
    return open_registry(registry).add(Experiment.model_validate(known | fields))


def list_experiments(registry: Path | None, tag: str = "") -> ExperimentList:
    opened = open_registry(registry)
    return ExperimentList(
        registry=str(opened.path),
        experiments=opened.list_all(tag),
        promoted=promoted_versions(opened.promotions()),
    )


def find_experiment(registry: Path | None, label: str) -> ExperimentInfo:
    """The experiment, with the promotions of its name."""
    opened = open_registry(registry)
    found = opened.find(label)
    steps = [step for step in opened.promotions() if step.name == found.name]
    in_use = promoted_versions(steps).get(found.name) == found.version
    return ExperimentInfo(**found.model_dump(), promoted=in_use, promotions=steps)


def promote_experiment(registry: Path | None, label: str) -> Experiment:
    """Makes a version the one in use."""
    return open_registry(registry).promote(label, _now())


def roll_back_experiment(registry: Path | None, name: str) -> Experiment:
    """Brings back the version that was in use before."""
    return open_registry(registry).roll_back(name, _now())


def tag_experiment(registry: Path | None, label: str, add: list[str], remove: list[str]) -> Experiment:
    """Adds and removes tags. Raises UsageError on a tag that is to go and is not there."""

    def update(found: Experiment) -> Experiment:
        unknown = [tag for tag in remove if tag not in found.tags]
        if unknown:
            raise UsageError(f"{found.label} has no tag '{unknown[0]}'", hint=f"it has: {found.tags}")
        kept = [tag for tag in found.tags if tag not in remove]
        return found.model_copy(update={"tags": list(dict.fromkeys([*kept, *add]))})

    return open_registry(registry).change(label, update)


def note_experiment(registry: Path | None, label: str, text: str) -> Experiment:
    """Adds a note below those that are there."""

    def update(found: Experiment) -> Experiment:
        return found.model_copy(update={"notes": "\n".join(filter(None, (found.notes, text)))})

    return open_registry(registry).change(label, update)


def compare_experiments(registry: Path | None, labels: list[str]) -> SideBySide:
    """Registered experiments side by side."""
    opened = open_registry(registry)
    return compare_side_by_side([opened.find(label) for label in labels])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
