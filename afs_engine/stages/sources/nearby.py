"""Finding material below a folder that is no home: assembly trees, and the `.context` folders of projects.

Owns what counts as a tree and how deep is looked. Opens no file.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from afs_engine.stages.sources.chat.discovery import FILE_SOURCES, SourceFound, count_files
from afs_engine.stages.sources.oracle.tree import ASSEMBLY_SUFFIX, DOCUMENT_SUFFIX

_DEEPEST = 4
_TREE_FILES = tuple(spelt for each in (ASSEMBLY_SUFFIX, DOCUMENT_SUFFIX) for spelt in (each, each.upper()))
_NEVER_OURS = {"node_modules", "__pycache__", "venv"}


def find_nearby(folder: Path) -> list[SourceFound]:
    """What lies in the folders below `folder`, four deep at most, in the order of their paths."""
    return [found for path in sorted(_folders(folder, _DEEPEST)) for found in _look_into(path, folder)]


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    """`folder` and those below it; a source tree is one thing, what is in it is not listed."""
    yield folder
    if depth == 0 or _is_tree(folder):
        return
    try:
        inside = [Path(entry) for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for path in inside:
        if not path.name.startswith(".") and path.name not in _NEVER_OURS:
            yield from _folders(path, depth - 1)


def _look_into(path: Path, root: Path) -> Iterator[SourceFound]:
    if path != root:  # the root's own are found as a home's are
        for vendor, (place, kinds) in FILE_SOURCES.items():
            if found := count_files(vendor, path / place, kinds):
                yield found
    if _is_tree(path) and (found := count_files("oracle", path, _TREE_FILES)):
        yield found


def _is_tree(folder: Path) -> bool:
    """Whether an assembly tree begins here: a repository with .asm files in it, or a folder of them."""
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return False
    if any(name.lower().endswith(ASSEMBLY_SUFFIX) for name in names):
        return True
    return ".git" in names and next(folder.rglob(f"*{ASSEMBLY_SUFFIX}"), None) is not None
