"""The side of a group: train, val or test, decided by a keyed hash and never by what else is there.

Pure arithmetic over columns. Groups are put in the order of their keyed hash; each domain fills its
test share first, then val, then train, from that order, so that shares are within one group of
what was asked, a few new rows move almost no old one, and groups that already have a side (pins)
keep it for life.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from afs_engine.data.hash_parts import parts_by_hash
from afs_engine.stages.mixing.draw import keyed_hash
from afs_engine.stages.splitting.ratios import TEST, TRAIN, UNDECIDED, VAL, SplitRatios

Array = np.ndarray[tuple[int], np.dtype[Any]]


def assign_sides(
    group: Array, stratum: Array, ratios: SplitRatios, seed: int, pins: Array | None = None
) -> Array:
    """The side (TRAIN, VAL, TEST) of each row.

    group: uint64 a row, rows of one group share a side. stratum: a small code a row (its domain);
    a group with rows of several is counted where most of its rows are. pins: UNDECIDED or a side
    a row; a group with any pinned row takes that side (TRAIN before TEST before VAL when its rows
    disagree, for what was trained on can't be tested on).
    """
    sides = np.empty(len(group), dtype=np.int8)
    fills = {code: _Fill(ratios) for code in range(int(stratum.max(initial=0)) + 1)}
    for part in _parts(group, stratum, seed, pins):
        for code in np.unique(part.home).tolist():
            fills[code].count(part.sizes, part.pinned, part.home == code)
    for part in _parts(group, stratum, seed, pins):
        side = part.pinned.copy()
        for code in np.unique(part.home).tolist():
            fills[code].fill(side, part.order[part.home[part.order] == code], part.sizes)
        sides[part.rows] = side[part.member]
    return sides


@dataclass(frozen=True)
class _Part:
    """Some groups with all their rows: `member` is the group of each of `rows`; the other columns have one
    value a group; `order` is that of the keyed hashes, which go on in the next part."""

    rows: Array
    member: Array
    sizes: Array
    home: Array
    pinned: Array
    order: Array


def _parts(group: Array, stratum: Array, seed: int, pins: Array | None) -> Iterator[_Part]:
    def hash_rows(block: slice | Array) -> Array:
        return keyed_hash(group[block], group[block], seed)

    for rows in parts_by_hash(len(group), hash_rows):
        groups, member = np.unique(group[rows], return_inverse=True)
        yield _Part(
            rows=rows,
            member=member,
            sizes=np.bincount(member, minlength=len(groups)),
            home=_main_stratum(member, stratum[rows], len(groups)),
            pinned=_group_pins(member, None if pins is None else pins[rows], len(groups)),
            order=np.lexsort((groups, keyed_hash(groups, groups, seed))),
        )


class _Fill:
    """The groups of one stratum on their way to their sides: test first, then val, then train."""

    def __init__(self, ratios: SplitRatios) -> None:
        self._ratios = ((TEST, ratios.test), (VAL, ratios.val))
        self._rows = 0
        self._pinned = {TEST: 0, VAL: 0}
        self._filled = {TEST: 0, VAL: 0}
        self._full = 0  # how many of `_ratios` take no more

    def count(self, sizes: Array, pinned: Array, members: Array) -> None:
        """Takes note of a part's groups, before any is filled in."""
        self._rows += int(sizes[members].sum())
        for side in self._pinned:
            self._pinned[side] += int(sizes[members & (pinned == side)].sum())

    def fill(self, side: Array, members: Array, sizes: Array) -> None:
        """Gives each undecided group of a part its side, in order."""
        free = members[side[members] == UNDECIDED]
        for wanted, ratio in self._ratios[self._full :]:
            rest = self._rows * ratio - self._pinned[wanted] - self._filled[wanted]
            taken = _closest_prefix(sizes[free], rest)
            self._filled[wanted] += int(sizes[free[:taken]].sum())
            side[free[:taken]] = wanted
            free = free[taken:]
            if not len(free):
                return
            self._full += 1
        side[free] = TRAIN


def _closest_prefix(sizes: Array, wanted: float) -> int:
    """How many leading groups come closest to `wanted` rows; on a tie, fewer."""
    sums = np.concatenate(([0], np.cumsum(sizes)))
    return int(np.argmin(np.abs(sums - wanted)))


def _main_stratum(member: Array, stratum: Array, groups: int) -> Array:
    """For each group the stratum with most of its rows; ties go to the lower code."""
    if groups == len(member):  # each row is its own group
        home = np.empty(groups, dtype=np.int64)
        home[member] = stratum
        return home
    strata = int(stratum.max(initial=0)) + 1
    pairs, counts = np.unique(member.astype(np.int64) * strata + stratum, return_counts=True)
    owner, code = pairs // strata, pairs % strata
    ranked = np.lexsort((-code, counts, owner))  # the last of each group is its most frequent stratum
    home = np.empty(groups, dtype=np.int64)
    home[owner[ranked]] = code[ranked]
    return home


def _group_pins(member: Array, pins: Array | None, groups: int) -> Array:
    side = np.full(groups, UNDECIDED, dtype=np.int8)
    if pins is not None:
        for wanted in (VAL, TEST, TRAIN):
            side[np.unique(member[pins == wanted])] = wanted
    return side
