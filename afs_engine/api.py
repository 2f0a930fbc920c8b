"""The one door for a face: what a program over the engine may call, and the data it gets back.

Names are loaded when they are first used, so importing this module is cheap. Nothing below
`afs_engine.api` is promised to stay where it is.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "init_workspace": "afs_engine.runs.init",
    "load_recipe": "afs_engine.runs.recipe_file",
    "plan_recipe": "afs_engine.runs.plan",
    "run_recipe": "afs_engine.runs.runner",
    "read_journal": "afs_engine.runs.journal",
    "read_status": "afs_engine.runs.status",
    "examine": "afs_engine.runs.doctor",
}

__all__ = list(_HOMES)

if TYPE_CHECKING:
    from afs_engine.runs.doctor import examine as examine
    from afs_engine.runs.init import init_workspace as init_workspace
    from afs_engine.runs.journal import read_journal as read_journal
    from afs_engine.runs.plan import plan_recipe as plan_recipe
    from afs_engine.runs.recipe_file import load_recipe as load_recipe
    from afs_engine.runs.runner import run_recipe as run_recipe
    from afs_engine.runs.status import read_status as read_status


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'afs_engine.api' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
