"""Joining groups that share a row: what must not be parted by a split for more than one reason.

Pure; connected components over columns of keys.
"""

from typing import Any

import numpy as np

Array = np.ndarray[tuple[int], np.dtype[Any]]


def join_groups(*keys: Array) -> Array:
    """One uint64 key a row; rows that agree in any of `keys`, directly or through others, share it.

    The joined key is the smallest of the first column's keys in the component, so it does not
    depend on the order of rows. Repeated minimum over each column until nothing changes.
    """
    label = keys[0].astype(np.uint64)
    members = [np.unique(key, return_inverse=True)[1] for key in keys]
    while True:
        before = label
        for member in members:
            smallest = np.full(int(member.max(initial=-1)) + 1, np.iinfo(np.uint64).max, dtype=np.uint64)
            np.minimum.at(smallest, member, label)
            label = smallest[member]
        if np.array_equal(before, label):
            return label
