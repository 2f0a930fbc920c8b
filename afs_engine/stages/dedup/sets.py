"""The shingle sets of the rows that may have a partner, and the real Jaccard similarity of pairs of them.

This is where a pair is verified: nothing is called a near-duplicate on any lesser evidence. Sets are compared
by the 56-bit ids of `shingles`, not by strings: texts of both rows would have to be in memory together, and
an id that is equal by chance moves the similarity by one shingle once in 5e10 pairs of 300-word rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.scratch import scratch_array
from afs_engine.errors import InputError
from afs_engine.stages.dedup.links import Links
from afs_engine.stages.dedup.postings import TextIndex
from afs_engine.stages.dedup.ragged import cut_by_weight, expand_ranges
from afs_engine.stages.dedup.shingles import BATCH_ROWS, ID_BITS, shingle_sets, split_batches
from afs_engine.stages.dedup.threshold import Threshold

_CHANGED = "texts changed while near-duplicates among them were searched"
_COMPARED_IDS = 1 << 17
_PAIR_SHIFT = np.uint64(ID_BITS)


@dataclass(frozen=True)
class VerifiedPairs:
    """Pairs of linked nodes that reach the threshold: `later`, `earlier` int64, `jaccard` float64 [pairs]."""

    later: NDArray[np.int64]
    earlier: NDArray[np.int64]
    jaccard: NDArray[np.float64]


@dataclass(frozen=True)
class LinkedSets:
    """Set i is `ids[starts[i]:starts[i] + sizes[i]]`, uint64, in a file where large."""

    ids: NDArray[np.uint64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    threshold: Threshold

    def verify(self, later: NDArray[np.int64], earlier: NDArray[np.int64]) -> VerifiedPairs:
        """Those of the pairs that reach the threshold, in the order given."""
        a, b = self.sizes[later], self.sizes[earlier]
        pieces = [
            self._shared(later[cut], earlier[cut]) for cut in cut_by_weight(a + b, _COMPARED_IDS, BATCH_ROWS)
        ]
        shared = np.concatenate([np.empty(0, dtype=np.int64), *pieces])
        near = self.threshold.reached(shared, a, b)
        return VerifiedPairs(later[near], earlier[near], (shared / (a + b - shared))[near])

    def _shared(self, later: NDArray[np.int64], earlier: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many ids each pair shares: with the pair's number on top, a shared id is the only one twice."""
        keys = np.concatenate([self._tagged(later), self._tagged(earlier)])
        keys.sort()
        twice = keys[1:][keys[1:] == keys[:-1]]
        return np.bincount((twice >> _PAIR_SHIFT).astype(np.int64), minlength=later.size)

    def _tagged(self, linked: NDArray[np.int64]) -> NDArray[np.uint64]:
        pairs = np.repeat(np.arange(linked.size, dtype=np.uint64), self.sizes[linked])
        return self.ids[expand_ranges(self.starts[linked], self.sizes[linked])] | pairs << _PAIR_SHIFT


def read_linked_sets(index: TextIndex, links: Links) -> LinkedSets:
    """Reads the texts once more and keeps the whole sets of linked rows; InputError where texts changed."""
    in_row_order = np.argsort(links.rows)
    sizes = links.sizes[in_row_order]
    ends = np.cumsum(sizes)
    starts = np.empty_like(ends)
    starts[in_row_order] = ends - sizes
    ids = scratch_array(index.folder, np.uint64, int(ends[-1]) if ends.size else 0)
    done = used = 0
    for _, texts in split_batches(_chosen_texts(index.blocks(), links.rows[in_row_order])):
        sets = shingle_sets(texts, index.commonness)
        if not np.array_equal(np.diff(sets.starts), sizes[done : done + len(texts)]):
            raise InputError(_CHANGED)
        ids[used : used + sets.ids.size] = sets.ids
        done, used = done + len(texts), used + sets.ids.size
    if done != sizes.size:
        raise InputError(_CHANGED)
    return LinkedSets(ids, starts, links.sizes, index.threshold)


def _chosen_texts(blocks: Iterable[Sequence[str]], rows: NDArray[np.int64]) -> Iterator[list[str]]:
    """Of every block the texts of `rows` (ascending)."""
    first_row = 0
    for block in blocks:
        start, end = np.searchsorted(rows, (first_row, first_row + len(block)))
        yield [block[row - first_row] for row in rows[start:end].tolist()]
        first_row += len(block)
