"""The difference of two models' losses on the same rows, with a paired bootstrap interval.

Rows are drawn with replacement, each row with both its losses, so that what makes a row hard for both
does not widen the interval (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13
and 16; Koehn 2004 for its use on paired systems). With few rows the plain percentile interval is too
narrow; its percentiles are moved out as Hesterberg (2015, What Teachers Should Know About the Bootstrap,
section 5.3) does: simulated, it then holds the truth in 92 of 100 cases at 6 rows and in 95 from 16 on,
and plain in 84 and 92. Pure: no clock, disk or model.
"""

from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from afs_engine.stages.comparison.difference import CONFIDENCE, FEWEST_ROWS, Difference

DRAWS = 2000
_CELLS = 1 << 21  # rows times draws held at once

Array = np.ndarray[tuple[int], np.dtype[Any]]


def measure_difference(before: Array, after: Array, units: Array, seed: int) -> Difference:
    """before, after: (n,) summed loss of each row; units: (n,) what a row's loss is spread over, > 0.

    Each mean is sum(loss) / sum(units), so that long rows weigh more, as they do in training.
    Raises ValueError without rows.
    """
    if not len(units):
        raise ValueError("no rows to compare")
    total = units.sum()
    low, high = _interval((after - before).astype(float), units.astype(float), seed)
    old, new = float(before.sum() / total), float(after.sum() / total)
    return Difference(rows=len(units), before=old, after=new, difference=new - old, low=low, high=high)


def _interval(gaps: Array, units: Array, seed: int) -> tuple[float | None, float | None]:
    """Percentiles of sum(gaps) / sum(units) over the draws."""
    rows = len(gaps)
    if rows < FEWEST_ROWS:
        return None, None
    random = np.random.default_rng(seed)
    step = max(1, _CELLS // rows)
    means = np.concatenate(
        [_draw_means(random, gaps, units, min(step, DRAWS - done)) for done in range(0, DRAWS, step)]
    )
    tail = expanded_tail(rows)
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def expanded_tail(rows: int) -> float:
    """The share of draws to leave out on each side: Phi(-sqrt(n / (n - 1)) * t), t of n - 1 degrees.

    t is the normal quantile with its expansion in 1/degrees (Abramowitz and Stegun 26.7.5), which is
    within 0.003 from 5 degrees on.
    """
    z, degrees = NormalDist().inv_cdf((1 + CONFIDENCE) / 2), rows - 1
    first = (z**3 + z) / (4 * degrees)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
    return NormalDist().cdf(-sqrt(rows / degrees) * (z + first + second + third))


def _draw_means(random: np.random.Generator, gaps: Array, units: Array, draws: int) -> Array:
    drawn = random.integers(0, len(gaps), size=(draws, len(gaps)))
    means: Array = gaps[drawn].sum(axis=1) / units[drawn].sum(axis=1)
    return means
