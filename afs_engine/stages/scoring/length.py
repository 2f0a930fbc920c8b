"""The length component: how close an output's length is to what the profile calls ideal.

Pure arithmetic over character counts; knows no texts and no other component.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from afs_engine.stages.scoring.config import ScoringConfig

SCORE_AT_MIN = 0.5
SCORE_AT_MAX = 0.7


def length_scores(lengths: ArrayLike, config: ScoringConfig) -> NDArray[np.float32]:
    """Scores in [0, 1] of outputs of `lengths` characters, shape (rows,).

    0.5 * L / min below min, rising to 1 at ideal, falling to 0.7 at max, and 0.7 * max / L from
    there on: continuous, so one more character is never a cliff, and 0 only for an empty output.
    `lengths` may be any array-like of counts, a polars Series too.
    """
    counts = np.asarray(lengths, dtype=np.float64)
    longest = config.max_output_length
    corners = (0, config.min_output_length, config.ideal_output_length, longest)
    scores = np.interp(counts, corners, (0.0, SCORE_AT_MIN, 1.0, SCORE_AT_MAX))
    beyond = SCORE_AT_MAX * longest / np.maximum(counts, longest)
    return np.minimum(scores, beyond, where=counts > longest, out=scores).astype(np.float32)


def length_score(length: int, config: ScoringConfig) -> float:
    """The score of one output of `length` characters; see `length_scores`."""
    return float(length_scores([length], config)[0])
