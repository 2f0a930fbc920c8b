"""The dedup step: exact and near copies are merged into their first copy; rows of an earlier version
are recognised.

Owns the order in which rows count as first (the recipe's sources, then the earlier version's rows)
and the stored decisions. The search is `find_copies`, imported only where it has to be made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afs_engine.data.columns import read_column
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.export import Exported
from afs_engine.runs.steps.score import Scored

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int], np.dtype[Any]]

VERSION = 2
KEPT, BELOW_QUALITY, EXACT, NEAR = 0, 1, 2, 3


@dataclass(frozen=True)
class Deduplicated:
    """Columns over all rows of all sources, in order, and over the earlier version's rows.

    verdict: KEPT, BELOW_QUALITY, EXACT or NEAR for each row; the same for each row of the earlier
    version, where a copy of a new row or of another earlier one is not KEPT. pin: the side that the
    earlier version gave to a row like it, or UNDECIDED.
    """

    entry: Entry

    @property
    def verdict(self) -> Array:
        return _column(self.entry, "rows", "verdict")

    @property
    def pin(self) -> Array:
        return _column(self.entry, "rows", "pin")

    @property
    def earlier_verdict(self) -> Array:
        return _column(self.entry, "earlier", "verdict")


def _column(entry: Entry, table: str, name: str) -> Array:
    return read_column(entry.folder / table, name)


def deduplicate(
    context: StepContext, exported: list[Exported], scored: Scored, earlier: Earlier | None
) -> Deduplicated:
    """Decisions for every row, from the store or made now."""
    near = context.recipe.dedup.near
    inputs = {
        "version": VERSION,
        "rows": [each.entry.result.digest for each in exported],
        "scored": scored.entry.result.digest,
        "earlier": earlier.digest if earlier else None,
        "near": near,
    }

    def make(folder: Path) -> Made:
        from afs_engine.runs.steps.find_copies import CopySearch  # numpy takes a while to load

        return CopySearch([each.rowset for each in exported], scored, earlier, near).make(folder)

    return Deduplicated(context.store.get_or_make("dedup", inputs, make))
