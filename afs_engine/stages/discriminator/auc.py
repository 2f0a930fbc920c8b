"""The area under the ROC curve: how often a real text scores above a corrupted one.

Formula: the Mann-Whitney statistic over the product of the sample sizes, ties count half. Pure
arithmetic.
"""

from collections.abc import Sequence

import numpy as np


def measure_auc(real: Sequence[float], corrupted: Sequence[float]) -> float | None:
    """In [0, 1]; 0.5 is chance. None where one side is empty."""
    if not len(real) or not len(corrupted):
        return None
    ordered = np.sort(np.asarray(corrupted, np.float64))
    values = np.asarray(real, np.float64)
    below = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return float(below.sum() / 2 / len(values) / len(ordered))
