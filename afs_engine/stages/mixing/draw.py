"""Drawing rows: which ones, and in which order, by keyed hashes of their content ids.

Pure and seeded: the same rows and seed give the same draw on any machine, whatever order the rows
came in; a larger draw contains the smaller one. Knows columns, not files.
"""

from typing import Any

import numpy as np

from afs_engine.data.hash_parts import order_by_hash
from afs_engine.data.scratch import scratch_array, scratch_take
from afs_engine.stages.mixing.candidates import Candidates, IntArray
from afs_engine.stages.mixing.shares import Share

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def keyed_hash(high: IntArray, low: IntArray, key: int) -> IntArray:
    """64 well-mixed bits for each 128-bit id under `key`.

    Two rounds of the SplitMix64 finaliser (Steele, Lea, Flood 2014), wrapping at 2^64.
    """
    with np.errstate(over="ignore"):
        seed = _mix(np.array([key & 0xFFFF_FFFF_FFFF_FFFF], dtype=np.uint64) + _GOLDEN)
        return _mix(_mix(low.astype(np.uint64) ^ seed) + high.astype(np.uint64))


def _mix(value: np.ndarray[Any, np.dtype[np.uint64]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def draw_order(rows: Candidates, chosen: IntArray, seed: int) -> IntArray:
    """`chosen` row numbers in the order in which they are drawn: by keyed hash, ties by row."""

    def hash_rows(some: slice | IntArray) -> IntArray:
        numbers = chosen[some]
        return keyed_hash(rows.id_hi[numbers], rows.id_lo[numbers], seed)

    return scratch_take(None, chosen, order_by_hash(len(chosen), hash_rows))


def cap_domains(rows: Candidates, chosen: IntArray, cap: int, seed: int) -> IntArray:
    """At most `cap` rows of each domain, the first in draw order; result in row order."""
    ordered = draw_order(rows, chosen, seed)
    by_domain = ordered[np.argsort(rows.domain[ordered], kind="stable")]
    domains = rows.domain[by_domain]
    starts = (
        np.flatnonzero(np.r_[True, domains[1:] != domains[:-1]]) if len(domains) else np.array([], dtype=int)
    )
    rank = np.arange(len(domains)) - np.repeat(starts, np.diff(np.r_[starts, len(domains)]))
    return np.sort(by_domain[rank < cap])


def draw_shares(
    rows: Candidates, chosen: IntArray, bucket: IntArray, shares: list[Share], seed: int
) -> IntArray:
    """Row numbers, each share's `drawn` rows of its bucket, repeats as whole passes; bucket by bucket.

    `bucket` holds a position in `shares` for each row of `chosen`.
    """
    drawn = scratch_array(None, np.uint32, sum(share.drawn for share in shares))
    done = 0
    for position, share in enumerate(shares):
        if share.drawn:
            members = draw_order(rows, chosen[bucket == position], seed)
            drawn[done : done + share.drawn] = np.resize(members, share.drawn)
        done += share.drawn
    return drawn


def shuffle_rows(rows: Candidates, drawn: IntArray, seed: int) -> IntArray:
    """`drawn` in a seeded order in which the copies of a row lie apart."""
    copy = _copy_numbers(drawn, len(rows))

    def hash_rows(some: slice | IntArray) -> IntArray:
        numbers = drawn[some]
        high = rows.id_hi[numbers] if copy is None else rows.id_hi[numbers] ^ copy[some].astype(np.uint64)
        return keyed_hash(high, rows.id_lo[numbers], seed + 1)

    return scratch_take(None, drawn, order_by_hash(len(drawn), hash_rows))


def _copy_numbers(drawn: IntArray, rows: int) -> IntArray | None:
    """For each position how many times its row stood before; None where no row stands twice."""
    stands = np.zeros(rows, np.bool_)
    stands[drawn] = True
    if np.count_nonzero(stands) == len(drawn):
        return None
    order = np.argsort(drawn, kind="stable")
    ordered = drawn[order]
    new = np.r_[True, ordered[1:] != ordered[:-1]] if len(ordered) else np.array([], dtype=bool)
    starts = np.flatnonzero(new)
    numbers = np.arange(len(drawn)) - np.repeat(starts, np.diff(np.r_[starts, len(drawn)]))
    result = np.empty(len(drawn), dtype=np.int64)
    result[order] = numbers
    return result
