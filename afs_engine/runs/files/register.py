"""Stand-alone registry commands: where the registry lies, adding to it, reading it."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.digest import sha256_file
from afs_engine.errors import InputError
from afs_engine.runs.workspace import find_workspace
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment


class ExperimentList(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    registry: str
    experiments: list[Experiment]


def open_registry(path: Path | None) -> Registry:
    """The registry at `path`, or that of the workspace around the current folder."""
    return Registry(path.expanduser() if path else find_workspace(Path.cwd()).registry)


def register_experiment(registry: Path | None, *, dataset: Path | None, **fields: object) -> Experiment:
    """Adds an experiment. A dataset must be there; its sha256 is kept. Raises InputError, StorageError."""
    known: dict[str, object] = {"created_at": datetime.now(UTC).isoformat(timespec="seconds")}
    if dataset is not None:
        path = dataset.expanduser()
        if not path.is_file():
            raise InputError("the dataset is not there", where=path, hint="check --dataset")
        known |= {"dataset": str(dataset), "dataset_digest": sha256_file(path)}
    return open_registry(registry).add(Experiment.model_validate(known | fields))


def list_experiments(registry: Path | None, tag: str = "") -> ExperimentList:
    opened = open_registry(registry)
    return ExperimentList(registry=str(opened.path), experiments=opened.list_all(tag))


def find_experiment(registry: Path | None, label: str) -> Experiment:
    return open_registry(registry).find(label)
