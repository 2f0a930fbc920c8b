"""Candidate pairs: linked nodes that share enough of their rarest shingles to be worth comparing.

Counts, for a batch of nodes and all lists they are in, how many lists each pair has in common. Works in
chunks, so that one shingle in very many rows costs time but not memory.
"""

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.dedup.links import Links
from afs_engine.stages.dedup.ragged import cut_by_weight, expand_ranges, run_starts
from afs_engine.stages.dedup.threshold import Threshold

_CHUNK_PAIRS = 1 << 20
_NODE_BITS = np.uint64(32)
_NODE_MASK = np.uint64((1 << 32) - 1)

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


def candidate_pairs(
    links: Links,
    threshold: Threshold,
    probes: NDArray[np.int64],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    lists: NDArray[np.uint32],
) -> Pairs:
    """(probe, candidate) of the pairs that can reach the threshold, by probe, then candidate.

    Link i pairs linked node `probes[i]` with `lists[starts[i]:starts[i] + lengths[i]]`.
    """
    keys, shared = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int64)]
    for cut in cut_by_weight(lengths, _CHUNK_PAIRS, _CHUNK_PAIRS):
        found = lists[expand_ranges(starts[cut], lengths[cut])].astype(np.int64)
        asking = np.repeat(probes[cut], lengths[cut])
        possible = threshold.sizes_allow(links.sizes[asking], links.sizes[found])
        pairs = asking[possible].astype(np.uint64) << _NODE_BITS | found[possible].astype(np.uint64)
        pairs.sort()
        heads = run_starts(pairs)
        keys.append(pairs[heads])
        shared.append(np.diff(np.append(heads, pairs.size)))
    return _enough(links, threshold, *_merge(np.concatenate(keys), np.concatenate(shared)))


def _enough(links: Links, threshold: Threshold, keys: NDArray[np.uint64], shared: NDArray[np.int64]) -> Pairs:
    probe, candidate = (keys >> _NODE_BITS).astype(np.int64), (keys & _NODE_MASK).astype(np.int64)
    enough = threshold.enough_prefix_shared(shared, links.sizes[probe], links.sizes[candidate])
    return probe[enough], candidate[enough]


def _merge(
    keys: NDArray[np.uint64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Each key once, in ascending order, with its counts summed."""
    order = np.argsort(keys, kind="stable")
    heads = run_starts(keys[order])
    if not heads.size:
        return keys, counts
    return keys[order][heads], np.add.reduceat(counts[order], heads)
