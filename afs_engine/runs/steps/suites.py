"""The question suites that a recipe names: where they lie, and whether they can be asked.

Light: a run checks them before its first stage, hours before they are asked.
"""

from pathlib import Path

from afs_engine.runs.recipe import Recipe
from afs_engine.runs.workspace import Workspace
from afs_engine.stages.answers.suite import read_suite_rows


def find_suites(recipe: Recipe, workspace: Workspace) -> dict[str, Path]:
    """The files by the names that the recipe gives them."""
    return {name: workspace.path(path) for name, path in recipe.evaluate.suites.items()}


def check_suites(recipe: Recipe, workspace: Workspace) -> None:
    """Raises InputError, with file and line, for a suite that can't be asked."""
    for path in find_suites(recipe, workspace).values():
        read_suite_rows(path)
