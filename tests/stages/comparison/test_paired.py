"""The paired bootstrap: exact mean, an interval that covers as often as it says, and no more."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.comparison.difference import FEWEST_ROWS, Difference
from afs_engine.stages.comparison.paired import expanded_tail, measure_difference

ROW = st.tuples(st.floats(0, 1e4), st.floats(0, 1e4), st.integers(1, 500))


def columns(rows: list[tuple[float, float, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    before, after, units = (np.array(column) for column in zip(*rows, strict=True))
    return before, after, units


@given(st.lists(ROW, min_size=FEWEST_ROWS, max_size=40), st.integers(0, 5))
def test_what_holds_for_any_losses(rows: list[tuple[float, float, int]], seed: int) -> None:
    before, after, units = columns(rows)
    made = measure_difference(before, after, units, seed)
    assert made == measure_difference(before, after, units, seed)
    assert made.before == pytest.approx(sum(row[0] for row in rows) / sum(row[2] for row in rows))
    assert made.difference == made.after - made.before
    assert made.low is not None
    assert made.high is not None
    assert made.low <= made.high
    each = (after - before) / units
    slack = 1e-9 * max(1.0, float(np.abs(each).max()))
    assert each.min() - slack <= made.low
    assert made.high <= each.max() + slack
    back = measure_difference(after, before, units, seed)
    assert back.low == pytest.approx(-made.high, abs=slack)
    assert back.high == pytest.approx(-made.low, abs=slack)


@pytest.mark.parametrize("rows", [8, 80])
def test_the_interval_covers_the_truth_as_often_as_it_says(rows: int) -> None:
    """300 data sets with a true difference of 0.3 per unit. Without the wider tail 8 rows give 0.88."""
    draw = np.random.default_rng(11)
    held = 0
    for seed in range(300):
        units = draw.integers(50, 150, rows)
        hard = draw.gamma(2.0, 1.0, rows) * units  # what makes a row hard for both
        after = hard + units * draw.normal(0.3, 0.8, rows)
        made = measure_difference(hard, after, units, seed)
        assert made.low is not None
        assert made.high is not None
        held += made.low <= 0.3 <= made.high
    assert 0.91 <= held / 300 <= 0.985


def test_pairing_tells_what_two_separate_means_could_not() -> None:
    draw = np.random.default_rng(2)
    hard = draw.gamma(1.0, 5.0, 60)
    made = measure_difference(hard, hard - 0.1 + draw.normal(0, 0.05, 60), np.ones(60), 0)
    assert made.verdict == "better"
    assert made.high is not None
    assert made.low is not None
    assert made.high - made.low < 0.05 < float(hard.std() / np.sqrt(60))


def test_the_draws_do_not_depend_on_how_they_are_batched(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(float(n), float(n % 7), n + 1) for n in range(50)]
    whole = measure_difference(*columns(rows), seed=1)
    monkeypatch.setattr("afs_engine.stages.comparison.paired._CELLS", 50 * 37)
    assert measure_difference(*columns(rows), seed=1) == whole


def test_few_rows_bound_nothing() -> None:
    five = measure_difference(np.full(5, 3.0), np.full(5, 1.0), np.full(5, 2), 0)
    assert (five.difference, five.low, five.high) == (-1.0, None, None)
    assert five.verdict == "no clear difference"
    with pytest.raises(ValueError, match="no rows"):
        measure_difference(np.array([]), np.array([]), np.array([]), 0)


@pytest.mark.parametrize(("rows", "t"), [(6, 2.5706), (11, 2.2281), (31, 2.0423)])
def test_the_tail_is_that_of_student(rows: int, t: float) -> None:
    """Quantiles from a printed table of the t distribution."""
    wanted = NormalDist().cdf(-t * (rows / (rows - 1)) ** 0.5)
    assert expanded_tail(rows) == pytest.approx(wanted, rel=0.01)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-2, -1, "better"), (1, 2, "worse"), (-1, 1, "no clear difference"), (0, 1, "no clear difference")],
)
def test_verdicts(low: float, high: float, verdict: str) -> None:
    made = Difference(rows=9, before=1, after=1, difference=0, low=low, high=high)
    assert made.verdict == verdict
