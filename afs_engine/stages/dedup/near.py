"""Near-duplicates: which rows repeat an earlier row that is kept.

Exact: every pair at or above the threshold is found, every removal rests on the Jaccard similarity of the
two whole sets. Texts without any word are neither removed nor a reason to remove. A pair of copies (equal
after lower-casing and white space) has similarity 1 and is settled by its 64-bit text id: among a million
texts two different ones have the same id with probability 3e-8.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.scratch import scratch_array
from afs_engine.stages.dedup.candidates import candidate_pairs
from afs_engine.stages.dedup.links import Links, link_nodes
from afs_engine.stages.dedup.nodes import Nodes, nodes_in_row_order
from afs_engine.stages.dedup.postings import Blocks, TextIndex, index_texts
from afs_engine.stages.dedup.ragged import start_of_run
from afs_engine.stages.dedup.sets import LinkedSets, read_linked_sets
from afs_engine.stages.dedup.threshold import Threshold

DEFAULT_THRESHOLD = 0.8
_BATCH_NODES = 64
_KEPT = -1


@dataclass(frozen=True)
class NearDuplicates:
    """What to remove: arrays of one length, in ascending order of the removed row.

    `removed_rows` int64; `kept_rows` int64: the first earlier kept row that it is near to; `jaccard` float64:
    their similarity. No two rows that are not removed reach the threshold.
    """

    removed_rows: NDArray[np.int64]
    kept_rows: NDArray[np.int64]
    jaccard: NDArray[np.float64]


def find_near_duplicates(
    blocks: Blocks, *, threshold: float = DEFAULT_THRESHOLD, scratch_folder: Path | None = None
) -> NearDuplicates:
    """Decides row by row: a row goes if it is near to an earlier row that stays.

    `blocks()` is called three times and yields the same blocks of texts each time; rows are numbered through
    from 0. Temporary files go to `scratch_folder` (the system's if None). Raises UsageError for an impossible
    threshold, StorageError where there is no room, InputError where the texts changed between calls.
    """
    index = index_texts(blocks, Threshold.of(threshold), scratch_folder)
    with closing(index.postings):
        return near_duplicates_of(index)


def near_duplicates_of(index: TextIndex) -> NearDuplicates:
    """`find_near_duplicates` over texts that are already indexed."""
    nodes = nodes_in_row_order(index)
    links = link_nodes(index, nodes)
    search = _GreedySearch(index, links, read_linked_sets(index, links))
    search.run()
    return _spread_to_copies(nodes, links, search.leaders, search.jaccard)


def _spread_to_copies(
    nodes: Nodes, links: Links, leaders: NDArray[np.int64], jaccard: NDArray[np.float64]
) -> NearDuplicates:
    """From decisions on linked nodes to rows: a copy goes where its first copy goes, or to its first copy."""
    kept_row_of_node, jaccard_of_node = nodes.rows.copy(), np.ones(nodes.rows.size)
    removed = leaders != _KEPT
    kept_row_of_node[links.nodes[removed]] = links.rows[leaders[removed]]
    jaccard_of_node[links.nodes[removed]] = jaccard[removed]
    rows = nodes.rows_with_words()
    kept_rows = kept_row_of_node[nodes.node_of_row[rows]]
    goes = kept_rows != rows
    return NearDuplicates(rows[goes], kept_rows[goes], jaccard_of_node[nodes.node_of_row[rows[goes]]])


class _GreedySearch:
    """Goes through the linked nodes in row order with an index of those kept so far.

    Only kept nodes are looked up, so ten thousand versions of one text are each compared with one of them.
    `leaders` int64 [linked]: the kept node each is near to, -1 for kept; `jaccard` float64 [linked].
    """

    def __init__(self, index: TextIndex, links: Links, sets: LinkedSets) -> None:
        self._links, self._sets, self._threshold = links, sets, index.threshold
        self._lists = scratch_array(index.folder, np.uint32, links.members.size)
        self._used = scratch_array(index.folder, np.uint32, links.members.size)
        self.leaders = np.full(links.nodes.size, _KEPT, dtype=np.int64)
        self.jaccard = np.ones(links.nodes.size)

    def run(self) -> None:
        """Decides all nodes."""
        for start in range(0, self.leaders.size, _BATCH_NODES):
            probes, places = self._links.links_of(start, min(start + _BATCH_NODES, self.leaders.size))
            starts = self._links.list_starts[places].astype(np.int64)
            self._compare_with_kept(probes, starts)
            probes, starts = self._undecided(probes, starts)
            self._compare_within(probes, starts)
            self._keep(*self._undecided(probes, starts))

    def _undecided(
        self, probes: NDArray[np.int64], starts: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The links of nodes without a leader, ordered by list, then node."""
        stay = self.leaders[probes] == _KEPT
        order = np.lexsort((probes[stay], starts[stay]))
        return probes[stay][order], starts[stay][order]

    def _compare_with_kept(self, probes: NDArray[np.int64], starts: NDArray[np.int64]) -> None:
        lengths = self._used[starts].astype(np.int64)
        pairs = candidate_pairs(self._links, self._threshold, probes, starts, lengths, self._lists)
        near = self._sets.verify(*pairs)
        removed, first = np.unique(near.later, return_index=True)
        self.leaders[removed] = near.earlier[first]
        self.jaccard[removed] = near.jaccard[first]

    def _compare_within(self, probes: NDArray[np.int64], starts: NDArray[np.int64]) -> None:
        """Pairs inside a batch; a node is compared with those after it only once it is known to stay."""
        heads = _heads(starts)
        lengths = np.arange(starts.size) - heads
        lists = probes.astype(np.uint32)
        later, earlier = candidate_pairs(self._links, self._threshold, probes, heads, lengths, lists)
        # A node is twice in a list where two of its shingles share the bits a posting holds.
        later, earlier = later[later != earlier], earlier[later != earlier]
        for leader in np.unique(earlier).tolist():
            if self.leaders[leader] != _KEPT:
                continue
            waiting = later[(earlier == leader) & (self.leaders[later] == _KEPT)]
            near = self._sets.verify(waiting, np.full(waiting.size, leader))
            self.leaders[near.later] = leader
            self.jaccard[near.later] = near.jaccard

    def _keep(self, probes: NDArray[np.int64], starts: NDArray[np.int64]) -> None:
        """Enters nodes that stay into the lists they are in."""
        places_in_list = np.arange(starts.size) - _heads(starts)
        self._lists[starts + self._used[starts] + places_in_list] = probes
        np.add.at(self._used, starts, 1)


def _heads(starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """For links ordered by list, the place of the first link of the same list."""
    begins = np.ones(starts.size, dtype=np.bool_)
    begins[1:] = starts[1:] != starts[:-1]
    return start_of_run(begins)
