"""Measuring only what is not in the cache, and each distinct text once.

Owns the order: look up, measure what is missing, store. Knows no component.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.cache import ScoreCache, cache_keys

Measure = Callable[[Sequence[str]], Sequence[float | None]]
"""Scores per text, None where the component does not apply."""


_MEASURED_AT_ONCE = 1024  # what a kill can cost, at most


def measure_cached(
    measure: Measure, version: str, texts: Sequence[str], cache: ScoreCache | None
) -> NDArray[np.float32]:
    """The scores of `texts`, NaN for None; shape (texts,).

    `version` names everything but the text that a score depends on. Without a cache, equal texts are
    still measured once.
    """
    keys = cache_keys(version, texts)
    distinct = dict(zip(keys, texts, strict=True))
    scores = cache.get_many(list(distinct)) if cache else {}
    missing = [key for key in distinct if key not in scores]
    for start in range(0, len(missing), _MEASURED_AT_ONCE):
        part = missing[start : start + _MEASURED_AT_ONCE]
        fresh = dict(zip(part, measure([distinct[key] for key in part]), strict=True))
        if cache:
            cache.put_many(fresh)
        scores |= fresh
    return np.array([np.nan if (score := scores[key]) is None else score for key in keys], np.float32)
