"""Taking a folder for a run of a recipe, so that no other process works in it.

Light: a studio calls it to start a job. It must not import any stage's work.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from afs_engine.runs.journal import lock_journal
from afs_engine.runs.recipe import Recipe
from afs_engine.runs.recipe_file import load_recipe
from afs_engine.runs.reporting.trackers import check_tracker
from afs_engine.runs.run_folder import RunFolder, open_run_folder
from afs_engine.runs.stage_names import STAGES
from afs_engine.runs.steps.suites import check_suites
from afs_engine.runs.steps.train import check_recipe_base
from afs_engine.runs.workspace import Workspace


@dataclass(frozen=True)
class ClaimedRun:
    """A run folder that is ours, by the lock on its journal, and what is to be done in it."""

    recipe: Recipe
    recipe_path: Path
    folder: RunFolder
    journal: BinaryIO
    until: str


def claim_run(recipe_path: Path, until: str, name: str | None = None) -> ClaimedRun:
    """Takes a folder for a run of the recipe: one that was left unfinished, or a new one.

    `name` replaces the name that the recipe gives the run.
    """
    recipe = load_recipe(recipe_path)
    if recipe.register_.report_to != "none":
        check_tracker(recipe.register_.report_to)
    workspace = Workspace(recipe_path.absolute().parent)
    check_suites(recipe, workspace)
    if STAGES.index(until) >= STAGES.index("train"):
        check_recipe_base(recipe, workspace)
    if name is not None:
        recipe = recipe.model_copy(update={"run": recipe.run.model_copy(update={"name": name})})
    text = recipe_path.read_text(encoding="utf-8")
    while True:
        folder = open_run_folder(workspace.runs, recipe.run.name, text)
        journal = lock_journal(folder.journal)
        if journal is not None:  # else another process took it in between
            return ClaimedRun(recipe, recipe_path, folder, journal, until)
