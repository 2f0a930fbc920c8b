"""Minimising a smooth function of many variables: L-BFGS with a backtracking line search.

Method: Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4, 7.5 and 3.1. Pure
arithmetic, no randomness; knows nothing of what is minimised.
"""

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Objective = Callable[[Vector], tuple[float, Vector]]
"""The value and the gradient at a point."""

_REMEMBERED = 8
_SUFFICIENT_DECREASE = 1e-4
_SHORTEST_STEP = 1e-8


def minimise(objective: Objective, start: Vector, *, most_steps: int, tolerance: float) -> Vector:
    """A point where the value falls by less than `tolerance` of itself a step, or after `most_steps`."""
    point = start
    value, gradient = objective(point)
    past: deque[tuple[Vector, Vector, float]] = deque(maxlen=_REMEMBERED)
    for _ in range(most_steps):
        direction = _find_direction(gradient, past)
        slope = dot(gradient, direction)
        step = 1.0 if past else min(1.0, 1.0 / (float(np.abs(gradient).sum()) + 1e-12))
        while True:
            next_point = point + step * direction
            next_value, next_gradient = objective(next_point)
            if next_value <= value + _SUFFICIENT_DECREASE * step * slope or step < _SHORTEST_STEP:
                break
            step /= 2
        moved, bent = next_point - point, next_gradient - gradient
        curvature = dot(moved, bent)
        if curvature > 1e-12:
            past.append((moved, bent, 1.0 / curvature))
        done = value - next_value <= tolerance * abs(value)
        point, value, gradient = next_point, next_value, next_gradient
        if done:
            break
    return point


def dot(first: Vector, second: Vector) -> float:
    """The scalar product without BLAS, whose threads stall on a busy machine and sum in another order."""
    return float(np.einsum("i,i->", first, second))


def _find_direction(gradient: Vector, past: deque[tuple[Vector, Vector, float]]) -> Vector:
    """Downhill by the curvature that the last steps have shown (the two-loop recursion)."""
    direction = -gradient
    weights = []
    for moved, bent, inverse in reversed(past):
        weight = inverse * dot(moved, direction)
        weights.append(weight)
        direction = direction - weight * bent
    if past:
        moved, bent, inverse = past[-1]
        direction = direction / (inverse * dot(bent, bent))
    for (moved, bent, inverse), weight in zip(past, reversed(weights), strict=True):
        direction = direction + (weight - inverse * dot(bent, direction)) * moved
    return direction
