"""Many ranges at once: index arithmetic for lists of different lengths laid end to end. Pure numpy."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def expand_ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """start, start + 1, ... (length of them) for every range, laid end to end."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if ends.size else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)


def run_starts(values: NDArray[np.uint64] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each run of equal neighbours begins."""
    if not values.size:
        return np.empty(0, dtype=np.int64)
    return np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])


def start_of_run(begins: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For every place the last place at or before it where `begins` is True (the first one must be)."""
    return np.maximum.accumulate(np.where(begins, np.arange(begins.size), 0))


def cut_by_weight(weights: NDArray[np.int64], limit: int, most: int) -> Iterator[slice]:
    """Consecutive slices of at most `most` items and `limit` weight; a heavier item is a slice alone."""
    ends = np.cumsum(weights)
    start = 0
    while start < weights.size:
        done = int(ends[start - 1]) if start else 0
        end = int(np.searchsorted(ends, done + limit, side="right"))
        end = min(max(end, start + 1), start + most)
        yield slice(start, end)
        start = end
