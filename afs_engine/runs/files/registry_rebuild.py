"""The registry and the run folders: what runs know of their experiments, and a registry made from that.

Every registered run keeps its record as `experiment.json`. A registry that is gone while such records
are there is lost, not empty, and is told so.
"""

from pathlib import Path

import msgspec
from pydantic import BaseModel, ConfigDict, ValidationError

from afs_engine.errors import StorageError
from afs_engine.runs.run_folder import MANIFEST
from afs_engine.runs.workspace import Workspace, find_workspace
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment
from afs_engine.stages.registry.rebuild import Rebuilt, rebuild

RECORD = "experiment.json"


class RunRecords(BaseModel):
    """The experiments of a workspace's run folders; `skipped` maps a run to why it gives none."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    experiments: list[Experiment]
    skipped: dict[str, str]


class RebuiltRegistry(Rebuilt):
    registry: str
    skipped: dict[str, str]


def read_run_records(workspace: Workspace) -> RunRecords:
    """One experiment a label, in the order of the run folders' names."""
    found: dict[str, Experiment] = {}
    skipped: dict[str, str] = {}
    for folder in sorted(path for path in workspace.runs.glob("*") if path.is_dir()):
        record = _read_record(folder)
        if isinstance(record, str):
            skipped[folder.name] = record
        elif found.setdefault(record.label, record) != record:
            skipped[folder.name] = f"another run is {record.label} already"
    return RunRecords(experiments=list(found.values()), skipped=skipped)


def _read_record(folder: Path) -> Experiment | str:
    """The run's record, or why it has none."""
    try:
        return Experiment.model_validate_json((folder / RECORD).read_bytes())
    except FileNotFoundError:
        return _why_none(folder / MANIFEST)
    except (OSError, ValidationError):
        return f"its {RECORD} can't be read"


def _why_none(manifest: Path) -> str:
    try:
        label = msgspec.json.decode(manifest.read_bytes(), type=dict[str, object]).get("registered")
    except (OSError, msgspec.DecodeError):
        label = None
    return f"it was {label}, but kept no {RECORD}" if label else "it was not registered"


def refuse_lost_registry(workspace: Workspace) -> None:
    """Raises StorageError when the registry is gone although runs are registered."""
    if workspace.registry.exists():
        return
    registered = len(read_run_records(workspace).experiments)
    if registered:
        raise StorageError(
            f"the registry is gone, and {registered} registered in runs/ are not in it",
            where=workspace.registry,
            hint="`afs-engine training registry-rebuild` makes it again from them",
        )


def restore_lost_registry(workspace: Workspace) -> list[Experiment]:
    """Makes a registry that is gone again from the runs; returns what came back."""
    if workspace.registry.exists():
        return []
    experiments = read_run_records(workspace).experiments
    return Registry(workspace.registry).add_missing(experiments) if experiments else []


def rebuild_registry(path: Path | None) -> RebuiltRegistry:
    """The registry at `path`, or the workspace's, made whole from what it holds and from the runs.

    A damaged file is kept beside it as a backup. Raises InputError on a newer schema.
    """
    workspace = find_workspace(Path.cwd())
    target = path.expanduser() if path else workspace.registry
    records = read_run_records(workspace)
    made = rebuild(target, records.experiments)
    return RebuiltRegistry(registry=str(target), skipped=records.skipped, **made.model_dump())
