"""The address tables as the compiled core reads them: known addresses, and the signs of a price.

Owns how both are laid out for C (`core.c`, AddressTables). What they hold stands in `memory_map` and
`prices`.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.compiled import AddressTables
from afs_engine.stages.scoring.memory_map import map_addresses
from afs_engine.stages.scoring.prices import AFTER, BEFORE_REVERSED


class CoreTables(AddressTables):
    """The tables, with what keeps their arrays alive."""

    arrays: tuple[NDArray[np.generic], ...]


@lru_cache(maxsize=4)
def core_tables(own: frozenset[int]) -> CoreTables:
    """The documented map plus a person's `own` 24-bit addresses; see `map_addresses`."""
    console = map_addresses(own)
    after, before = _pack(AFTER), _pack(BEFORE_REVERSED)
    arrays = (console.known_short, console.known_long, after, before)
    short, long, after_place, before_place = (array.ctypes.data for array in arrays)
    counts = (len(AFTER), len(BEFORE_REVERSED))
    tables = CoreTables(short, long, console.cartridge_judged, after_place, before_place, *counts)
    tables.arrays = arrays
    return tables


def _pack(words: Sequence[bytes]) -> NDArray[np.uint64]:
    """Each word's up to eight bytes as a number, the first lowest, and the mask of those it has."""
    pairs = [(int.from_bytes(word, "little"), (1 << 8 * len(word)) - 1) for word in words]
    return np.array(pairs, np.uint64)
