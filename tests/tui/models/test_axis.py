"""Axes hold what they are fitted to, and label it with round numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_tui.models.axis import fit_axis, label, ticks

finite = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20)
positive = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20)


@given(finite)
def test_a_linear_axis_holds_its_values(values: list[float]) -> None:
    axis = fit_axis(values)
    assert axis.low <= min(values)
    assert axis.high >= max(values)
    assert axis.low < axis.high


@given(positive, st.floats(0, 1))
def test_places_and_values_are_inverse(values: list[float], place: float) -> None:
    for log in (False, True):
        axis = fit_axis(values, log=log)
        assert axis.place(axis.value_at(place)) == pytest.approx(place, abs=1e-6)


@given(positive, st.integers(1, 8), st.booleans())
def test_ticks_are_few_inside_and_ascending(values: list[float], most: int, log: bool) -> None:
    axis = fit_axis(values, log=log)
    found = ticks(axis, most)
    assert len(found) <= most
    assert found == sorted(found)
    assert all(axis.low * 0.999 <= tick <= axis.high * 1.001 for tick in found)


def test_a_log_axis_without_a_positive_value_stands() -> None:
    assert fit_axis([-1.0, 0.0], log=True).low > 0


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.5, "0.5"), (0.00002, "2e-05"), (12, "12"), (32_000, "32k"), (2.5e6, "2.5M")],
)
def test_labels_are_short(value: float, text: str) -> None:
    assert label(value) == text
