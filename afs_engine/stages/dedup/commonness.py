"""How common a shingle is, estimated from a sample of rows.

The estimate only decides in which order a row's shingles are looked up (rarest first): a wrong one costs
time, never a missed pair. It matters for templated texts, where most shingles of a row occur in thousands.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.dedup.ragged import run_starts
from afs_engine.stages.dedup.shingles import HASH_BITS, shingle_sets, split_batches

_UNKNOWN = np.zeros(1, dtype=np.uint8)
_SAMPLED_SHINGLES = 2 << 20
_FIRST_SHARE = 4
_LEAST_COUNT = 3
_HIGHEST_LEVEL = 15
_SMALLEST_TABLE_BITS, _LARGEST_TABLE_BITS = 10, 22
_HASH_MASK = np.uint64((1 << HASH_BITS) - 1)
_ROW_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def estimate_commonness(blocks: Iterable[Sequence[str]]) -> NDArray[np.uint8]:
    """Levels (0 rare, to 15) indexed by the low bits of a shingle's hash; the size is a power of two.

    The level is the binary logarithm of the number of sampled rows with the shingle, 0 under three rows.
    """
    sample = _Sample()
    first_row = 0
    for block in blocks:
        sample.add(first_row, block)
        first_row += len(block)
    hashes = sample.hashes()
    starts = run_starts(hashes)
    counts = np.diff(np.append(starts, hashes.size))
    common = counts >= _LEAST_COUNT
    return _table(hashes[starts[common]], counts[common])


def _table(hashes: NDArray[np.uint64], counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    bits = min(max((4 * hashes.size).bit_length(), _SMALLEST_TABLE_BITS), _LARGEST_TABLE_BITS)
    table = np.zeros(1 << bits, dtype=np.uint8)
    levels = np.minimum(np.frexp(counts)[1] - 1, _HIGHEST_LEVEL).astype(np.uint8)
    np.maximum.at(table, hashes & np.uint64(table.size - 1), levels)
    return table


class _Sample:
    """Shingles of a share of the rows, a quarter at first; the share is halved whenever there are too many.

    A row is chosen by a hash of its number, not by every n-th, so that sources that alternate are all met.
    """

    def __init__(self) -> None:
        self._limit = (1 << 64) // _FIRST_SHARE
        self._places = [np.empty(0, dtype=np.uint64)]
        self._ids = [np.empty(0, dtype=np.uint64)]
        self._size = 0

    def add(self, first_row: int, block: Sequence[str]) -> None:
        places = np.arange(first_row, first_row + len(block), dtype=np.uint64) * _ROW_SPREAD
        chosen = np.flatnonzero(places < np.uint64(self._limit))
        texts = [block[place] for place in chosen.tolist()]
        for start, batch in split_batches([texts]):
            self._add_batch(places[chosen[start : start + len(batch)]], batch)

    def _add_batch(self, places: NDArray[np.uint64], texts: Sequence[str]) -> None:
        sets = shingle_sets(texts, _UNKNOWN)
        self._places.append(np.repeat(places, np.diff(sets.starts)))
        self._ids.append(sets.ids)
        self._size += sets.ids.size
        if self._size > _SAMPLED_SHINGLES:
            self._limit //= 2
            self._keep_within_limit()

    def _keep_within_limit(self) -> None:
        places, ids = np.concatenate(self._places), np.concatenate(self._ids)
        within = places < np.uint64(self._limit)
        self._places, self._ids = [places[within]], [ids[within]]
        self._size = self._ids[0].size

    def hashes(self) -> NDArray[np.uint64]:
        """All sampled shingles' hashes, sorted; one for each row that has it."""
        self._keep_within_limit()
        hashes = self._ids[0] & _HASH_MASK
        hashes.sort()
        return hashes
