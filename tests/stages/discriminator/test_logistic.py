"""The fit against what it must satisfy, and against a fit by plain gradient descent."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.discriminator.ngram.logistic import fit_dense, fit_units, score_units, sigmoid
from afs_engine.stages.discriminator.ngram.minimise import minimise
from afs_engine.stages.discriminator.ngram.units import Units


def make_units(rng: np.random.Generator, units: int) -> Units:
    counts = rng.integers(1, 9, units)
    starts = np.concatenate(([0], np.cumsum(counts)))
    return Units(
        keys=np.arange(units, dtype=np.uint64),
        columns=rng.integers(0, 30, int(starts[-1])).astype(np.int32),
        starts=starts,
        text_starts=np.array([0, units]),
        sightings=np.zeros((units, 0, 2), np.int32),
        faulty=np.zeros(units, bool),
    )


@given(st.integers(0, 1000), st.integers(2, 12))
@settings(max_examples=30, deadline=None)
def test_a_quadratic_is_minimised_at_its_solution(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size))
    matrix, target = root @ root.T + np.eye(size), rng.normal(size=size)

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        return float(point @ matrix @ point / 2 - target @ point), matrix @ point - target

    found = minimise(objective, np.zeros(size), most_steps=400, tolerance=1e-14)
    assert np.allclose(found, np.linalg.solve(matrix, target), atol=1e-4)


def test_the_gradient_of_the_penalised_loss_is_zero_at_the_fit() -> None:
    rng = np.random.default_rng(1)
    rows, labels = rng.normal(size=(200, 4)), rng.random(200) < 0.4
    fitted = fit_dense(rows, labels, strength=2.0)
    slopes = sigmoid(rows @ fitted[:-1] + fitted[-1]) - labels
    gradient = np.append(rows.T @ slopes + fitted[:-1] / 2.0, slopes.sum())
    assert np.abs(gradient).max() < 1e-3


def test_hashed_units_are_fitted_as_the_same_dense_rows() -> None:
    rng = np.random.default_rng(2)
    units = make_units(rng, 120)
    labels = rng.random(120) < 0.5
    dense = np.zeros((120, 30))
    for unit in range(120):
        part = units.columns[units.starts[unit] : units.starts[unit + 1]]
        np.add.at(dense[unit], part, 1 / np.sqrt(len(part)))
    columns, intercept = fit_units(units, labels, strength=1.0)
    expected = fit_dense(dense, labels, strength=1.0)
    assert np.allclose(columns[:30], expected[:-1], atol=0.02)
    assert not columns[30:].any()
    assert np.allclose(score_units(units, columns, intercept), dense @ columns[:30] + intercept, atol=1e-5)
