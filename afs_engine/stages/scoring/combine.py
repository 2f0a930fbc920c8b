"""The overall score: the weighted mean of the components that were measured.

Pure arithmetic; knows no texts and not how a component comes about.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.config import COMPONENT_NAMES, ScoringWeights

SCORE_DECIMALS = 4
"""Scores are rounded to this: finer differences are noise, and a threshold of 0.7 keeps a 0.7."""


def combine_scores(
    components: Mapping[str, NDArray[np.float32]], weights: ScoringWeights
) -> NDArray[np.float32]:
    """Per row the mean of the measured components by weight; shape (rows,), as each component.

    NaN in a component means "not measured" there, a name left out means so everywhere; the weights of
    the others are renormalised. A row without any measured component of weight above 0 is NaN.
    """
    rows = max((len(values) for values in components.values()), default=0)
    total, weight_sum = np.zeros(rows), np.zeros(rows)
    for name in COMPONENT_NAMES:
        if name in components and weights.of(name) > 0:
            measured = ~np.isnan(components[name])
            total += np.where(measured, weights.of(name) * components[name].astype(np.float64), 0.0)
            weight_sum += weights.of(name) * measured
    overall = np.full(rows, np.nan)
    np.divide(total, weight_sum, out=overall, where=weight_sum > 0)
    return np.round(overall, SCORE_DECIMALS).astype(np.float32)


def combine_score(components: Mapping[str, float | None], weights: ScoringWeights) -> float | None:
    """The overall score of one row; None, in a component or as the result, is "not measured"."""
    arrays = {
        name: np.array([np.nan if value is None else value], np.float32) for name, value in components.items()
    }
    return plain_scores(combine_scores(arrays, weights))[0] if arrays else None


def plain_scores(values: NDArray[np.float32]) -> list[float | None]:
    """Scores as they are written to a row: rounded, None where not measured."""
    rounded = np.round(values.astype(np.float64), SCORE_DECIMALS).tolist()
    return [None if value != value else value for value in rounded]
