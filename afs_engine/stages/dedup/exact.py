"""Exact copies: which rows carry an id that an earlier row carries.

Works on 128-bit ids alone (two uint64 columns); knows nothing of texts, so what "equal" means is decided by
whoever made the ids.
"""

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.hash_parts import parts_by_hash


def first_rows(ids: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For every row of `ids` (uint64 [rows, 2]) the first row with the same id: itself where it is first."""
    firsts = np.arange(len(ids))
    rows, starts_group = _group_repeated(ids)
    firsts[rows] = rows[starts_group][np.cumsum(starts_group) - 1]
    return firsts


def first_occurrences(ids: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """True where a row of `ids` (uint64 [rows, 2]) is the first with its id: the copy to keep."""
    mask = np.ones(len(ids), dtype=np.bool_)
    rows, starts_group = _group_repeated(ids)
    mask[rows[~starts_group]] = False
    return mask


def mark_copies(
    high: NDArray[np.uint64], low: NDArray[np.uint64], among: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """True where a row of those in `among` repeats the id of an earlier one of them; ids in two halves."""
    copies = np.zeros(len(high), dtype=np.bool_)
    for part in parts_by_hash(len(high), lambda block: high[block]):
        rows = part[among[part]]
        ids = np.stack([high[rows], low[rows]], axis=1)
        copies[rows[~first_occurrences(ids)]] = True
    return copies


def _group_repeated(ids: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Rows that may be copies, those of one id together and ascending, and which of them begins an id."""
    rows = _rows_of_repeated(ids[:, 0])
    rows = rows[np.lexsort((ids[rows, 1], ids[rows, 0]))]  # stable: the earliest row of an id comes first
    starts_group = np.ones(rows.size, dtype=np.bool_)
    starts_group[1:] = (ids[rows[1:]] != ids[rows[:-1]]).any(axis=1)
    return rows, starts_group


def _rows_of_repeated(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Rows whose value occurs more than once. Few do, so that only few have to be grouped."""
    ordered = np.sort(values)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    if not repeated.size:
        return np.empty(0, dtype=np.int64)
    places = np.minimum(np.searchsorted(repeated, values), repeated.size - 1)
    return np.flatnonzero(repeated[places] == values)
