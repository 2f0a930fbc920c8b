"""Clusters of near-duplicates: what has to stay on one side of a split.

Two rows are in one cluster where a chain of verified near-duplicates joins them.
"""

from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.dedup.across import crossing_candidates
from afs_engine.stages.dedup.links import link_nodes
from afs_engine.stages.dedup.near import DEFAULT_THRESHOLD, near_duplicates_of
from afs_engine.stages.dedup.nodes import nodes_by_side
from afs_engine.stages.dedup.postings import Blocks, TextIndex, index_texts
from afs_engine.stages.dedup.sets import read_linked_sets
from afs_engine.stages.dedup.threshold import Threshold


def cluster_near_duplicates(
    blocks: Blocks, *, threshold: float = DEFAULT_THRESHOLD, scratch_folder: Path | None = None
) -> NDArray[np.int64]:
    """For every row the first row of its cluster (int64 [rows]); a row like no other is its own cluster.

    A text without words is its own cluster. `blocks` and errors as in `find_near_duplicates`, but `blocks()`
    is called four times.
    """
    index = index_texts(blocks, Threshold.of(threshold), scratch_folder)
    with closing(index.postings):
        parents = np.arange(index.sizes.size)
        found = near_duplicates_of(index)
        parents[found.removed_rows] = found.kept_rows
        _join(index, parents)
    return _roots(parents, parents)


def _join(index: TextIndex, parents: NDArray[np.int64]) -> None:
    """Joins clusters with a near pair between them; `parents` is a forest whose roots are lowest rows.

    Pairs inside a cluster say nothing new: they are never formed, or dropped before they are compared.
    """
    links = link_nodes(index, nodes_by_side(index, parents))
    sets = read_linked_sets(index, links)
    for later, earlier in crossing_candidates(links, index.threshold):
        apart = _roots(parents, links.rows[later]) != _roots(parents, links.rows[earlier])
        near = sets.verify(later[apart], earlier[apart])
        for one, other in zip(
            links.rows[near.later].tolist(), links.rows[near.earlier].tolist(), strict=True
        ):
            low, high = sorted((_root(parents, one), _root(parents, other)))
            parents[high] = low


def _root(parents: NDArray[np.int64], row: int) -> int:
    while (parent := int(parents[row])) != row:
        row = parent
    return row


def _roots(parents: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    roots = parents[rows]
    while (parents[roots] != roots).any():
        roots = parents[roots]
    return roots
