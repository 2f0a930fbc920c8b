"""Near-duplicates across sides: the evidence for "no test row repeats a training row".

Finds every pair, not one for each row, so it is for texts among which few pairs are expected; pairs of rows
on one side are never even formed. Exact as `near` is. Texts without any word are in no pair.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afs_engine.errors import InputError
from afs_engine.stages.dedup.candidates import Pairs, candidate_pairs
from afs_engine.stages.dedup.links import Links, link_nodes
from afs_engine.stages.dedup.near import DEFAULT_THRESHOLD
from afs_engine.stages.dedup.nodes import Nodes, nodes_by_side
from afs_engine.stages.dedup.postings import Blocks, TextIndex, index_texts
from afs_engine.stages.dedup.ragged import run_starts
from afs_engine.stages.dedup.sets import read_linked_sets
from afs_engine.stages.dedup.threshold import Threshold

LISTED_PAIRS = 1_000
_BATCH_NODES = 64


@dataclass(frozen=True, order=True)
class CrossingPair:
    """Two rows on different sides, `first_row` < `second_row`; `identical`: equal normalised texts."""

    first_row: int
    second_row: int
    jaccard: float
    identical: bool


@dataclass(frozen=True)
class CrossingPairs:
    """How many pairs of rows cross sides: with `identical` texts, and merely `near` ones.

    `listed` shows up to 1,000 of them, lowest rows first; copies of a text on one side are counted each but
    stand in the list once, by the first of them.
    """

    identical: int
    near: int
    listed: tuple[CrossingPair, ...]


def find_pairs_across(
    blocks: Blocks,
    sides: Sequence[int] | NDArray[np.int64],
    *,
    threshold: float = DEFAULT_THRESHOLD,
    scratch_folder: Path | None = None,
) -> CrossingPairs:
    """All pairs of rows on different `sides` (one number a row) whose similarity reaches `threshold`.

    `blocks` and errors as in `find_near_duplicates`; InputError also where sides and rows differ in number.
    """
    index = index_texts(blocks, Threshold.of(threshold), scratch_folder)
    if len(sides) != index.sizes.size:
        raise InputError(f"{len(sides):,} sides were given for {index.sizes.size:,} rows")
    with closing(index.postings):
        nodes = nodes_by_side(index, np.asarray(sides, dtype=np.int64))
        identical, listed = _identical_across(index, nodes)
        near = 0
        for count, pairs in _near_across(index, nodes):
            near += count
            listed = sorted(listed + pairs)[:LISTED_PAIRS]
    return CrossingPairs(identical, near, tuple(listed))


def crossing_candidates(links: Links, threshold: Threshold) -> Iterator[Pairs]:
    """Candidate pairs (later, earlier) of linked nodes on different sides, for a batch of nodes at a time."""
    for start in range(0, links.nodes.size, _BATCH_NODES):
        probes, places = links.links_of(start, min(start + _BATCH_NODES, links.nodes.size))
        starts = links.list_starts[places].astype(np.int64)
        reach = links.reach[places].astype(np.int64)
        yield candidate_pairs(links, threshold, probes, starts, reach, links.members)


def _near_across(index: TextIndex, nodes: Nodes) -> Iterator[tuple[int, list[CrossingPair]]]:
    """(how many pairs of rows, the lowest of them), a batch at a time; pairs of one text are left out."""
    links = link_nodes(index, nodes)
    sets = read_linked_sets(index, links)
    copies = nodes.copies()[links.nodes]
    for later, earlier in crossing_candidates(links, index.threshold):
        differ = index.text_ids[links.rows[later]] != index.text_ids[links.rows[earlier]]
        near = sets.verify(later[differ], earlier[differ])
        count = int((copies[near.later] * copies[near.earlier]).sum())
        yield count, _lowest(links.rows[near.later], links.rows[near.earlier], near.jaccard, identical=False)


def _identical_across(index: TextIndex, nodes: Nodes) -> tuple[int, list[CrossingPair]]:
    """(how many pairs of rows on different sides have one text, the lowest of them)."""
    text_ids, copies = index.text_ids[nodes.rows], nodes.copies()
    order = np.lexsort((nodes.rows, text_ids))
    heads = run_starts(text_ids[order])
    if not heads.size:
        return 0, []
    together = np.add.reduceat(copies[order], heads)
    on_one_side = np.add.reduceat(copies[order] ** 2, heads)
    same = np.flatnonzero(np.diff(text_ids[order]) == 0)
    rows, next_rows = nodes.rows[order[same]], nodes.rows[order[same + 1]]
    pairs = _lowest(rows, next_rows, np.ones(same.size), identical=True)
    return int((together**2 - on_one_side).sum()) // 2, pairs


def _lowest(
    one: NDArray[np.int64], other: NDArray[np.int64], jaccard: NDArray[np.float64], *, identical: bool
) -> list[CrossingPair]:
    """Up to 1,000 of the pairs: those of the lowest rows."""
    first, second = np.minimum(one, other), np.maximum(one, other)
    chosen = np.lexsort((second, first))[:LISTED_PAIRS]
    columns = (first[chosen].tolist(), second[chosen].tolist(), jaccard[chosen].tolist())
    return [CrossingPair(*values, identical) for values in zip(*columns, strict=True)]
