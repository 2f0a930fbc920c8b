"""Who is compared with whom: copies of a text stand behind their first copy, and sides order the rest.

Knows texts by their ids and set sizes only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.dedup.exact import first_rows
from afs_engine.stages.dedup.postings import TextIndex

ABSENT = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Nodes:
    """The rows that are compared: the first copy of each text on each side, ordered by side, then row.

    `rows` int64 [nodes]; `firsts` int64 [nodes]: the first node on the same side, so that the nodes before it
    are those a node may be paired with; `node_of_row` uint32 [rows]: the node that stands for a row, or
    0xFFFFFFFF for a text without words.
    """

    rows: NDArray[np.int64]
    firsts: NDArray[np.int64]
    node_of_row: NDArray[np.uint32]

    def rows_with_words(self) -> NDArray[np.int64]:
        """All rows that some node stands for."""
        return np.flatnonzero(self.node_of_row != ABSENT)

    def copies(self) -> NDArray[np.int64]:
        """How many rows each node stands for."""
        return np.bincount(self.node_of_row[self.rows_with_words()], minlength=self.rows.size)


def nodes_in_row_order(index: TextIndex) -> Nodes:
    """Every text for itself: each may be paired with all before it."""
    rows, node_of_row = _distinct(index, np.zeros(index.sizes.size, dtype=np.uint64))
    return Nodes(rows, np.arange(rows.size), node_of_row)


def nodes_by_side(index: TextIndex, sides: NDArray[np.int64]) -> Nodes:
    """Pairs only across `sides` (int64 [rows])."""
    rows, node_of_row = _distinct(index, sides.astype(np.uint64))
    order = np.argsort(sides[rows], kind="stable")
    place = np.empty(rows.size, dtype=np.uint32)
    place[order] = np.arange(rows.size)
    present = node_of_row != ABSENT
    node_of_row[present] = place[node_of_row[present]]
    ordered_sides = sides[rows[order]]
    return Nodes(rows[order], np.searchsorted(ordered_sides, ordered_sides), node_of_row)


def _distinct(index: TextIndex, sides: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    firsts = first_rows(np.stack([index.text_ids, sides], axis=1))
    has_words = index.sizes > 0
    rows = np.flatnonzero(has_words & (firsts == np.arange(firsts.size)))
    node_of_row = np.full(firsts.size, ABSENT, dtype=np.uint32)
    node_of_row[has_words] = np.searchsorted(rows, firsts[has_words])
    return rows, node_of_row
