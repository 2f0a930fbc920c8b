"""Logistic regression with an L2 penalty, over hashed columns or over a few dense ones.

Owns the loss and its gradient: sum over rows of log(1 + exp(-y z)), plus |weights|^2 / (2 c); the
intercept is not penalised. Knows nothing of what the rows are.
"""

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.discriminator.ngram.minimise import Vector, dot, minimise
from afs_engine.stages.discriminator.ngram.units import ALL_COLUMNS, Units

_MOST_STEPS = 120
_TOLERANCE = 1e-5


def score_units(units: Units, weights: NDArray[np.float32], intercept: float) -> NDArray[np.float64]:
    """The logit of each unit, shape (units,): its columns' weights over the root of their number."""
    if not len(units):
        return np.zeros(0)
    sums = np.add.reduceat(weights[units.columns], units.starts[:-1], dtype=np.float64)
    return sums / np.sqrt(np.diff(units.starts)) + intercept


def fit_units(units: Units, labels: NDArray[np.bool_], strength: float) -> tuple[NDArray[np.float32], float]:
    """Weights of shape (ALL_COLUMNS,) and the intercept; `strength` is c, larger means less penalty."""
    used, places = np.unique(units.columns, return_inverse=True)
    counts = np.diff(units.starts)
    scale = 1.0 / np.sqrt(counts)
    signs = np.where(labels, 1.0, -1.0)

    def objective(point: Vector) -> tuple[float, Vector]:
        weights = point[:-1]
        logits = np.add.reduceat(weights[places], units.starts[:-1]) * scale + point[-1]
        loss, slopes = _loss(logits, signs)
        pulls = np.repeat(slopes * scale, counts)
        gradient = np.empty_like(point)
        gradient[:-1] = np.bincount(places, weights=pulls, minlength=len(used)) + weights / strength
        gradient[-1] = slopes.sum()
        return loss + dot(weights, weights) / (2 * strength), gradient

    point = minimise(objective, np.zeros(len(used) + 1), most_steps=_MOST_STEPS, tolerance=_TOLERANCE)
    columns = np.zeros(ALL_COLUMNS, np.float32)
    columns[used] = point[:-1]
    return columns, float(point[-1])


def fit_dense(rows: NDArray[np.float64], labels: NDArray[np.bool_], strength: float) -> Vector:
    """Weights of shape (columns + 1,), the intercept last, for `rows` of shape (rows, columns)."""
    signs = np.where(labels, 1.0, -1.0)

    def objective(point: Vector) -> tuple[float, Vector]:
        loss, slopes = _loss(np.einsum("ij,j->i", rows, point[:-1]) + point[-1], signs)
        gradient = np.append(np.einsum("ij,i->j", rows, slopes) + point[:-1] / strength, slopes.sum())
        return loss + dot(point[:-1], point[:-1]) / (2 * strength), gradient

    return minimise(objective, np.zeros(rows.shape[1] + 1), most_steps=_MOST_STEPS, tolerance=1e-9)


def _loss(logits: Vector, signs: Vector) -> tuple[float, Vector]:
    margins = signs * logits
    return float(np.logaddexp(0.0, -margins).sum()), -signs * sigmoid(-margins)


def sigmoid(values: Vector) -> Vector:
    """1 / (1 + exp(-x)), without overflow."""
    result: Vector = 0.5 * (1.0 + np.tanh(0.5 * values))
    return result
