"""Sorted scores of any number of samples, mapped from a file: what a histogram and a threshold need.

Light on purpose: a face uses it in its own process, without numpy.
"""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from afs_engine.runs.views.scores_view import Grouping, ScoreFile

_FLOAT_BYTES = 4


@dataclass(frozen=True, slots=True)
class GroupScores:
    """The scores of one group, ascending, and how many of its rows have none."""

    name: str
    scores: Sequence[float]
    unscored: int


class ScoreColumns:
    """The columns of a `ScoreFile`. Its file is mapped and removed; the memory goes with this object."""

    def __init__(self, file: ScoreFile) -> None:
        self._columns = {(column.component, column.grouping): column.groups for column in file.columns}
        self._floats = _map_and_remove(Path(file.path))

    @property
    def components(self) -> tuple[str, ...]:
        """What was measured, "overall" first."""
        return tuple(dict.fromkeys(component for component, _ in self._columns))

    def groups(self, component: str, grouping: Grouping = "domain") -> list[GroupScores]:
        """The scores of each group; no group where the component was not measured."""
        return [
            GroupScores(each.name, self._floats[each.start : each.start + each.count], each.unscored)
            for each in self._columns.get((component, grouping), ())
        ]


def _map_and_remove(path: Path) -> "memoryview[float]":
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if not size:
                return memoryview(b"").cast("f")
            return memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)).cast("f")
    finally:
        path.unlink(missing_ok=True)
