"""A workspace to look at: the sample recipe and data, with two runs that were recorded on a real machine.

`write_demo` is quick: it copies. `prepare_demo` does the sample's stages up to the data files for real,
which takes some seconds and no training package. The recordings have journals, metrics and records, but
no adapters.
"""

import shutil
from pathlib import Path

from afs_engine.data.atomic import storage_error
from afs_engine.runs.files.registry_rebuild import restore_lost_registry
from afs_engine.runs.init import init_workspace
from afs_engine.runs.jobs.record import JobRecord, job_files
from afs_engine.runs.journal import read_journal
from afs_engine.runs.runner import run_recipe
from afs_engine.runs.workspace import Workspace

_RECORDED = Path(__file__).parent.parent / "sample_runs"
_PREPARING = "preparing"


def write_demo(folder: Path) -> Path:
    """Writes the workspace without its stages; returns the recipe's path. Raises UsageError, StorageError."""
    recipe = init_workspace(folder)
    try:
        shutil.copytree(_RECORDED, folder / "runs")
    except OSError as error:
        raise storage_error(error, folder) from error
    return recipe


def prepare_demo(recipe_path: str) -> str:
    """Makes the recorded runs known, then does the stages up to the data files; returns the newest run."""
    recipe = Path(recipe_path)
    workspace = Workspace(recipe.absolute().parent)
    restore_lost_registry(workspace)
    names = sorted(path.name for path in _RECORDED.iterdir() if path.is_dir())
    for name in names:
        _make_known(workspace, recipe, workspace.runs / name)
    run_recipe(recipe, until="convert", name=_PREPARING)
    shutil.rmtree(workspace.runs / _PREPARING, ignore_errors=True)
    shutil.rmtree(job_files(workspace, _PREPARING).folder, ignore_errors=True)
    return names[-1]


def _make_known(workspace: Workspace, recipe: Path, run: Path) -> None:
    """Lists a recorded run among the jobs."""
    journal = run / "journal.jsonl"
    started_at = next(event.at for event in read_journal(journal))
    files = job_files(workspace, run.name)
    files.folder.mkdir(parents=True, exist_ok=True)
    files.write_record(
        JobRecord(
            id=run.name,
            kind="run",
            folder=run,
            events=journal,
            recipe=recipe,
            until="register",
            started_at=started_at,
        )
    )
