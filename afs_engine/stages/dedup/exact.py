"""Exact copies: which rows carry an id that an earlier row carries.

Works on 128-bit ids alone (two uint64 columns); knows nothing of texts, so what "equal" means is decided by
whoever made the ids.
"""

import numpy as np
from numpy.typing import NDArray


def first_rows(ids: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For every row of `ids` (uint64 [rows, 2]) the first row with the same id: itself where it is first."""
    order = np.lexsort((ids[:, 1], ids[:, 0]))
    ordered = ids[order]
    starts_group = np.ones(len(ids), dtype=np.bool_)
    starts_group[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    firsts = np.empty(len(ids), dtype=np.int64)
    # lexsort is stable: the first row of a group is the earliest one.
    firsts[order] = order[starts_group][np.cumsum(starts_group) - 1]
    return firsts


def first_occurrences(ids: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """True where a row of `ids` (uint64 [rows, 2]) is the first with its id: the copy to keep."""
    return first_rows(ids) == np.arange(len(ids))
