"""The state of a workspace: its runs, its registry, and the sources that lie on this machine.

Reads only; a run's state is told by its manifest, its journal's last event and the journal's lock.
"""

from pathlib import Path
from typing import Literal

import msgspec
from pydantic import BaseModel, ConfigDict

from afs_engine.errors import AfsError, InputError
from afs_engine.events import RunFailed, StageFinished
from afs_engine.runs.discover import FoundSource, discover_sources
from afs_engine.runs.files.registry_rebuild import refuse_lost_registry
from afs_engine.runs.journal import is_in_use, read_journal
from afs_engine.runs.run_folder import MANIFEST
from afs_engine.runs.workspace import Workspace, find_workspace
from afs_engine.stages.registry.database import Registry


class RunState(BaseModel):
    """`state`: finished, running, failed, or stopped (interrupted, killed, or run with --until)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    state: Literal["finished", "running", "failed", "stopped"]
    last_stage: str
    registered: str


class Status(BaseModel):
    """`experiments` is None where the registry can't be read; `registry_fault` then says why."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    workspace: str
    runs: list[RunState]
    registry: str
    experiments: int | None
    registry_fault: str
    sources: list[FoundSource]


def read_status(path: Path) -> Status:
    """The status of the workspace around `path`. Raises InputError where the path is no folder."""
    if not path.is_dir():
        raise InputError("this is no folder", where=path, hint="name a workspace's folder")
    workspace = find_workspace(path.absolute())
    experiments, fault = _count_experiments(workspace)
    folders = sorted(p for p in workspace.runs.glob("*") if (p / "journal.jsonl").exists())
    return Status(
        workspace=str(workspace.root),
        runs=[_read_run(folder) for folder in folders],
        registry=str(workspace.registry),
        experiments=experiments,
        registry_fault=fault,
        sources=discover_sources().sources,
    )


def _count_experiments(workspace: Workspace) -> tuple[int | None, str]:
    """How many are registered, or why that is not known: a lost or damaged registry is not an empty one."""
    try:
        refuse_lost_registry(workspace)
        return len(Registry(workspace.registry).list_all()), ""
    except AfsError as error:
        return None, str(error)


def _read_run(folder: Path) -> RunState:
    stage, failed = "", False
    for event in read_journal(folder / "journal.jsonl"):
        if isinstance(event, StageFinished):
            stage, failed = event.stage, False
        elif isinstance(event, RunFailed):
            failed = event.exit_code == 1
    if (folder / MANIFEST).exists():
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes())
        return RunState(
            name=folder.name, state="finished", last_stage=stage, registered=manifest["registered"]
        )
    running = is_in_use(folder / "journal.jsonl")
    state: Literal["running", "failed", "stopped"] = (
        "running" if running else "failed" if failed else "stopped"
    )
    return RunState(name=folder.name, state=state, last_stage=stage, registered="")
