"""Exact copies: which rows carry an id that an earlier row carries.

Works on 128-bit ids alone (two uint64 columns); knows nothing of texts, so what "equal" means is decided by
whoever made the ids.
"""

import numpy as np
from numpy.typing import NDArray


def first_rows(ids: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For every row of `ids` (uint64 [rows, 2]) the first row with the same id: itself where it is first."""
    firsts = np.arange(len(ids))
    rows = _rows_of_repeated(ids[:, 0])
    # lexsort is stable: the first row of a group is the earliest one.
    rows = rows[np.lexsort((ids[rows, 1], ids[rows, 0]))]
    starts_group = np.ones(rows.size, dtype=np.bool_)
    starts_group[1:] = (ids[rows[1:]] != ids[rows[:-1]]).any(axis=1)
    firsts[rows] = rows[starts_group][np.cumsum(starts_group) - 1]
    return firsts


def first_occurrences(ids: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """True where a row of `ids` (uint64 [rows, 2]) is the first with its id: the copy to keep."""
    mask: NDArray[np.bool_] = first_rows(ids) == np.arange(len(ids))
    return mask


def _rows_of_repeated(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Rows whose value occurs more than once. Few do, so that only few have to be grouped."""
    ordered = np.sort(values)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    if not repeated.size:
        return np.empty(0, dtype=np.int64)
    places = np.minimum(np.searchsorted(repeated, values), repeated.size - 1)
    return np.flatnonzero(repeated[places] == values)
