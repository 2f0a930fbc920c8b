"""The side of a group: train, val or test, decided by a keyed hash and never by what else is there.

Pure arithmetic over columns. Groups are put in the order of their keyed hash; each domain fills its
test share first, then val, then train, from that order, so that shares are within one group of
what was asked, a few new rows move almost no old one, and groups that already have a side (pins)
keep it for life.
"""

from typing import Any

import numpy as np

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
    groups, member = np.unique(group, return_inverse=True)
    sizes = np.bincount(member, minlength=len(groups))
    home = _main_stratum(member, stratum, len(groups))
    order = np.lexsort((groups, keyed_hash(groups, groups, seed)))
    pinned = _group_pins(member, pins, len(groups))
    side = pinned.copy()
    for code in np.unique(home):
        members = order[home[order] == code]
        _fill(side, members, sizes, ratios)
    return side[member]


def _fill(side: Array, members: Array, sizes: Array, ratios: SplitRatios) -> None:
    """Gives each undecided group of one stratum its side, in order."""
    total = int(sizes[members].sum())
    free = members[side[members] == UNDECIDED]
    for wanted, ratio in ((TEST, ratios.test), (VAL, ratios.val)):
        have = int(sizes[members[side[members] == wanted]].sum())
        taken = _closest_prefix(sizes[free], total * ratio - have)
        side[free[:taken]] = wanted
        free = free[taken:]
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
