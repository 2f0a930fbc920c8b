"""From postings to links: which rows share rare shingles, as lists that can be walked from both ends.

Rows that can have no partner fall away here, before any two sets are compared: a shingle that no other row
looks up, then a row that shares fewer looked-up shingles than any partner would need.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.scratch import scratch_array
from afs_engine.stages.dedup.key_spool import KeySpool
from afs_engine.stages.dedup.nodes import ABSENT, Nodes
from afs_engine.stages.dedup.postings import ANY_KEY, ROW_BITS, ROW_MASK, TextIndex
from afs_engine.stages.dedup.ragged import run_starts, start_of_run

_PLACE_BITS = np.uint64(36)
_PLACE_MASK = np.uint64((1 << 36) - 1)


@dataclass(frozen=True)
class Links:
    """The nodes that may have a partner ("linked"), numbered 0.. in node order, and what links them.

    `nodes`, `rows`, `sizes` int64 [linked]: the node's number, its row and the size of its set.

    A list holds the linked nodes with one shingle. Lists lie end to end in `members` uint32 [links]; for the
    link at place p, `list_starts[p]` says where its list begins and `reach[p]` how many from there on may be
    paired with it (they are on sides before its own). Links of linked node i are at the places
    `places[place_starts[i]:place_starts[i + 1]]`.
    """

    nodes: NDArray[np.int64]
    rows: NDArray[np.int64]
    sizes: NDArray[np.int64]
    members: NDArray[np.uint32]
    list_starts: NDArray[np.uint32]
    reach: NDArray[np.uint32]
    place_starts: NDArray[np.int64]
    places: NDArray[np.uint32]

    def links_of(self, start: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(linked node, place) of every link of the linked nodes from `start` up to `end`."""
        counts = np.diff(self.place_starts[start : end + 1])
        places = self.places[self.place_starts[start] : self.place_starts[end]]
        return np.repeat(np.arange(start, end), counts), places.astype(np.int64)


def link_nodes(index: TextIndex, nodes: Nodes) -> Links:
    """Joins the postings of all nodes on their shingles; memory is flat, large arrays are in files."""
    shared, counts = _shared_postings(index, nodes)
    enough = index.threshold.least_prefix_shared(index.sizes_of(nodes.rows))
    links = _lay_out(index, nodes, shared, np.flatnonzero(counts >= enough))
    shared.close()
    return links


def _shared_postings(index: TextIndex, nodes: Nodes) -> tuple[KeySpool, NDArray[np.uint32]]:
    """Postings (shingle, node) whose shingle can pair two nodes, and how many each node has."""
    shared = KeySpool(index.folder, ANY_KEY)
    counts = np.zeros(nodes.rows.size, dtype=np.uint32)
    numbers = _numbering(nodes.rows, index.sizes.size)
    for part in index.postings.parts():
        keys = _rename(part[_has_equal_neighbour(part >> ROW_BITS)], numbers)
        keys.sort()
        keys = keys[_can_pair(keys, nodes.firsts)]
        shared.append(keys)
        np.add.at(counts, _numbers(keys), 1)
    return shared, counts


def _lay_out(index: TextIndex, nodes: Nodes, shared: KeySpool, linked: NDArray[np.int64]) -> Links:
    """Fills the arrays of `Links` from the shared postings of the `linked` nodes."""
    firsts = np.searchsorted(linked, nodes.firsts[linked])
    members, list_starts, reach = (scratch_array(index.folder, np.uint32, shared.size) for _ in range(3))
    by_node = KeySpool(index.folder, max(linked.size, 1) << int(_PLACE_BITS))
    numbers = _numbering(linked, nodes.rows.size)
    used = 0
    for part in shared.parts():
        keys = _rename(part, numbers)
        keys = keys[_can_pair(keys, firsts)]
        span = slice(used, used + keys.size)
        members[span] = _numbers(keys)
        starts, reach[span] = _lists(keys, firsts)
        list_starts[span] = starts + used
        used = span.stop
        by_node.append((keys & ROW_MASK) << _PLACE_BITS | np.arange(span.start, used, dtype=np.uint64))
    places, place_starts = _places(index, by_node, linked.size)
    rows = nodes.rows[linked]
    return Links(linked, rows, index.sizes_of(rows), members, list_starts, reach, place_starts, places)


def _places(index: TextIndex, by_node: KeySpool, linked: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The places of every linked node's links, and where each node's begin."""
    places = scratch_array(index.folder, np.uint32, by_node.size)
    counts = np.zeros(linked, dtype=np.int64)
    used = 0
    for part in by_node.parts():
        places[used : used + part.size] = part & _PLACE_MASK
        np.add.at(counts, (part >> _PLACE_BITS).view(np.int64), 1)
        used += part.size
    by_node.close()
    return places, np.concatenate([[0], np.cumsum(counts)])


def _numbering(chosen: NDArray[np.int64], size: int) -> NDArray[np.uint32]:
    """For each of `size` numbers its place in `chosen`, 0xFFFFFFFF where it is not there."""
    numbers = np.full(size, ABSENT, dtype=np.uint32)
    numbers[chosen] = np.arange(chosen.size)
    return numbers


def _numbers(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The row or node numbers in `keys`; numpy indexes several times faster by int64 than by uint64."""
    return (keys & ROW_MASK).view(np.int64)


def _rename(keys: NDArray[np.uint64], numbers: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """`keys` with their row numbers exchanged for `numbers`; those that have none are left out."""
    found = numbers[_numbers(keys)]
    renamed: NDArray[np.uint64] = (keys & ~ROW_MASK) | found
    present: NDArray[np.bool_] = found != ABSENT
    return renamed[present]


def _has_equal_neighbour(shingles: NDArray[np.uint64]) -> NDArray[np.bool_]:
    equal = shingles[1:] == shingles[:-1]
    repeated = np.zeros(shingles.size, dtype=np.bool_)
    repeated[1:] |= equal
    repeated[:-1] |= equal
    return repeated


def _lists(
    keys: NDArray[np.uint64], firsts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For every key its list's start, and how many members from there lie on sides before its own."""
    sides = firsts[_numbers(keys)]
    begins_list = np.ones(keys.size, dtype=np.bool_)
    begins_list[1:] = (keys[1:] ^ keys[:-1]) > ROW_MASK
    begins_side = begins_list.copy()
    begins_side[1:] |= sides[1:] != sides[:-1]
    starts = start_of_run(begins_list)
    return starts, start_of_run(begins_side) - starts


def _can_pair(keys: NDArray[np.uint64], firsts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a key's list has members on two sides: its last member then has some before its side."""
    starts, reach = _lists(keys, firsts)
    heads = run_starts(starts)
    lengths = np.diff(np.append(heads, keys.size))
    pairs_two: NDArray[np.bool_] = reach[heads + lengths - 1] > 0
    return np.repeat(pairs_two, lengths)
