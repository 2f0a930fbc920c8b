"""A curve in bounded memory keeps extremes, means and gaps, however long it gets."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_tui.models.curve import Bucket, Curve, columns_of, smooth, value_at

values = st.lists(st.floats(-1e6, 1e6) | st.just(math.nan) | st.just(math.inf), max_size=300)


def curve_of(points: list[float], most: int = 16) -> Curve:
    curve = Curve(most)
    curve.extend(list(enumerate(points)))
    return curve


@given(values)
def test_merging_loses_no_extreme_and_no_point(points: list[float]) -> None:
    curve = curve_of(points)
    finite = [value for value in points if math.isfinite(value)]
    measured = [bucket for bucket in curve.buckets if bucket.points]
    assert len(curve) <= 16
    assert sum(bucket.points for bucket in measured) == len(finite)
    if finite:
        assert min(bucket.low for bucket in measured) == min(finite)
        assert max(bucket.high for bucket in measured) == max(finite)
        assert sum(bucket.total for bucket in measured) == pytest.approx(sum(finite), abs=1e-3)


@given(values)
def test_buckets_cover_the_steps_in_order_without_overlap(points: list[float]) -> None:
    buckets = curve_of(points).buckets
    assert [bucket.first for bucket in buckets[1:]] == [bucket.last + 1 for bucket in buckets[:-1]]
    assert not buckets or (buckets[0].first, buckets[-1].last) == (0, len(points) - 1)


def test_a_resumed_run_replaces_what_it_repeats() -> None:
    curve = Curve()
    curve.extend([(step, 5.0) for step in range(10)])
    curve.extend([(step, 1.0) for step in range(6, 12)])
    assert [bucket.mean for bucket in curve.buckets] == [5.0] * 6 + [1.0] * 6


def test_the_last_value_skips_gaps() -> None:
    curve = Curve()
    curve.extend([(1, 2.0), (2, math.nan)])
    assert curve.last_value == 2.0
    assert Curve().last_value is None


@given(st.floats(0.01, 0.99), st.floats(-100, 100))
def test_smoothing_leaves_a_constant_alone(weight: float, value: float) -> None:
    smoothed = smooth(curve_of([value] * 12).buckets, weight)
    assert [bucket.mean for bucket in smoothed] == pytest.approx([value] * 12, abs=1e-6)


def test_smoothing_keeps_gaps_and_stays_within_the_extremes() -> None:
    smoothed = smooth(curve_of([0.0, 10.0, math.nan, 10.0]).buckets, 0.5)
    assert [bucket.points for bucket in smoothed] == [1, 1, 0, 1]
    assert all(0 <= bucket.mean <= 10 for bucket in smoothed if bucket.points)


@given(values, st.integers(1, 40))
def test_columns_hold_every_measured_point_once(points: list[float], columns: int) -> None:
    buckets = curve_of(points).buckets
    gathered = columns_of(buckets, 0, max(0, len(points) - 1), columns)
    assert len(gathered) == columns
    assert sum(b.points for b in gathered if b) == sum(b.points for b in buckets)


def test_the_crosshair_reads_the_nearest_measured_point() -> None:
    buckets = [Bucket(1, 1, 3.0, 3.0, 3.0, 1), Bucket(9, 9, 4.0, 4.0, 4.0, 1)]
    found = value_at(buckets, 6)
    assert found is not None
    assert found.last == 9
    assert value_at([], 6) is None
