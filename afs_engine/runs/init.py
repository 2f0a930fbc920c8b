"""A new workspace: the commented recipe and the sample data that ship with AFS.

Owns copying them; the files themselves lie in `afs_engine/sample`. Overwrites nothing.
"""

import shutil
from pathlib import Path

from afs_engine.data.atomic import storage_error
from afs_engine.errors import UsageError

_SAMPLE = Path(__file__).parent.parent / "sample"


def init_workspace(folder: Path) -> Path:
    """Writes the workspace; returns its recipe's path. Raises UsageError where there is one already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("this folder is not empty", where=folder, hint="name a new folder")
    try:
        shutil.copytree(
            _SAMPLE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    except OSError as error:
        raise storage_error(error, folder) from error
    return folder / "recipe.toml"
