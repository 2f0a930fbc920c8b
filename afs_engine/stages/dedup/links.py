"""From postings to links: which rows share rare shingles, as lists that can be walked from both ends.

Rows that can have no partner fall away here, before any two sets are compared: a shingle that no other row
looks up, then a row that shares fewer looked-up shingles than any partner would need.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.dedup.exact import first_rows
from afs_engine.stages.dedup.postings import ANY_KEY, ROW_BITS, ROW_MASK, TextIndex
from afs_engine.stages.dedup.ragged import run_starts, start_of_run
from afs_engine.stages.dedup.scratch import KeySpool, scratch_array

_ABSENT = np.uint32(0xFFFFFFFF)
_PLACE_BITS = np.uint64(36)
_PLACE_MASK = np.uint64((1 << 36) - 1)


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
        return np.flatnonzero(self.node_of_row != _ABSENT)

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
    present = node_of_row != _ABSENT
    node_of_row[present] = place[node_of_row[present]]
    ordered_sides = sides[rows[order]]
    return Nodes(rows[order], np.searchsorted(ordered_sides, ordered_sides), node_of_row)


def _distinct(
    index: TextIndex, sides: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    firsts = first_rows(np.stack([index.text_ids, sides], axis=1))
    has_words = index.sizes > 0
    rows = np.flatnonzero(has_words & (firsts == np.arange(firsts.size)))
    node_of_row = np.full(firsts.size, _ABSENT, dtype=np.uint32)
    node_of_row[has_words] = np.searchsorted(rows, firsts[has_words])
    return rows, node_of_row


@dataclass(frozen=True)
class Links:
    """The nodes that may have a partner ("linked"), numbered 0.. in node order, and what links them.

    `nodes`, `rows`, `firsts`, `sizes` int64 [linked]: node, row, first linked node on its side, set size. A list holds the linked nodes with one shingle: lists lie end to
    end in `members` uint32 [links]; for the link at place p, `list_starts[p]` says where its list begins and
    `reach[p]` how many from there on may be paired with it. Links of linked node i are at the places
    `places[place_starts[i]:place_starts[i + 1]]`.
    """

    nodes: NDArray[np.int64]
    rows: NDArray[np.int64]
    firsts: NDArray[np.int64]
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
        np.add.at(counts, keys & ROW_MASK, 1)
    return shared, counts


def _lay_out(
    index: TextIndex, nodes: Nodes, shared: KeySpool, linked: NDArray[np.int64]
) -> Links:
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
        members[span] = keys & ROW_MASK
        starts, reach[span] = _lists(keys, firsts)
        list_starts[span] = starts + used
        used = span.stop
        by_node.append((keys & ROW_MASK) << _PLACE_BITS | np.arange(span.start, used, dtype=np.uint64))
    places, place_starts = _places(index, by_node, linked.size)
    rows = nodes.rows[linked]
    return Links(
        linked, rows, firsts, index.sizes_of(rows), members, list_starts, reach, place_starts, places
    )


def _places(
    index: TextIndex, by_node: KeySpool, linked: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The places of every linked node's links, and where each node's begin."""
    places = scratch_array(index.folder, np.uint32, by_node.size)
    counts = np.zeros(linked, dtype=np.int64)
    used = 0
    for part in by_node.parts():
        places[used : used + part.size] = part & _PLACE_MASK
        np.add.at(counts, part >> _PLACE_BITS, 1)
        used += part.size
    by_node.close()
    return places, np.concatenate([[0], np.cumsum(counts)])


def _numbering(chosen: NDArray[np.int64], size: int) -> NDArray[np.uint32]:
    """For each of `size` numbers its place in `chosen`, 0xFFFFFFFF where it is not there."""
    numbers = np.full(size, _ABSENT, dtype=np.uint32)
    numbers[chosen] = np.arange(chosen.size)
    return numbers


def _rename(keys: NDArray[np.uint64], numbers: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """`keys` with their row numbers exchanged for `numbers`; those that have none are left out."""
    renamed = numbers[keys & ROW_MASK]
    present = renamed != _ABSENT
    return (keys[present] & ~ROW_MASK) | renamed[present]


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
    sides = firsts[keys & ROW_MASK]
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
    return np.repeat(reach[heads + lengths - 1] > 0, lengths)
