"""Rows in parts by the highest bits of a 64-bit hash, so that a search for equals, or an order by that
hash, is made part by part and needs memory for one of them only.

Equal hashes are in one part, and every hash of a part is below those of the next. Pure.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from afs_engine.data.scratch import scratch_array

PART_ROWS = 1 << 17
_BLOCK_ROWS = 1 << 16
_MOST_BITS = 8

Array = np.ndarray[tuple[int], np.dtype[Any]]
HashRows = Callable[[slice | Array], Array]


def order_by_hash(rows: int, hash_rows: HashRows) -> Array:
    """The numbers of `rows` rows by their hash, those of equal hash ascending."""
    order = scratch_array(None, np.uint32, rows)
    done = 0
    for part in parts_by_hash(rows, hash_rows):
        order[done : done + len(part)] = part[np.argsort(hash_rows(part), kind="stable")]
        done += len(part)
    return order


def parts_by_hash(rows: int, hash_rows: HashRows) -> Iterator[Array]:
    """The numbers of `rows` rows, ascending within each part; `hash_rows` gives the hashes of some."""
    bits = 0
    while PART_ROWS << bits < rows and bits < _MOST_BITS:
        bits += 1
    homes = np.zeros(rows, np.uint8)
    for start in range(0, rows if bits else 0, _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        homes[block] = hash_rows(block) >> np.uint64(64 - bits)
    for part in range(1 << bits):
        yield np.flatnonzero(homes == part).astype(np.uint32)
