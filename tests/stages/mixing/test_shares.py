"""The arithmetic of shares, against exact fractions and against trying every size."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.mixing.shares import apportion, largest_total, plan_shares

NAMES = "abcdef"
WEIGHT = st.integers(0, 100).map(float) | st.floats(0.001, 10)
WEIGHTS = (
    st.lists(WEIGHT, min_size=1, max_size=6).filter(any).map(lambda w: dict(zip(NAMES, w, strict=False)))
)


def exact_shares(total: int, weights: Mapping[str, float]) -> dict[str, Fraction]:
    whole = sum(map(Fraction, weights.values()))
    return {name: total * Fraction(weight) / whole for name, weight in weights.items()}


@given(st.integers(0, 10**7), WEIGHTS)
def test_apportioned_counts_sum_up_and_are_within_one_row(total: int, weights: dict[str, float]) -> None:
    counts = apportion(total, weights)
    assert list(counts) == list(weights)
    assert sum(counts.values()) == total
    for name, exact in exact_shares(total, weights).items():
        assert abs(counts[name] - exact) < 1 + Fraction(1, 10**6)
        assert counts[name] == 0 or weights[name] > 0


def test_ties_go_to_the_earlier_name() -> None:
    assert apportion(1, {"b": 1.0, "a": 1.0}) == {"b": 1, "a": 0}
    assert apportion(5, {"b": 1.0, "a": 1.0, "c": 1.0}) == {"b": 2, "a": 2, "c": 1}


SMALL = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 10)), min_size=1, max_size=4)


@given(SMALL)
def test_the_largest_total_fits_and_no_larger_one_does(pairs: list[tuple[int, int]]) -> None:
    weights = {name: float(weight) for name, (weight, _) in zip(NAMES, pairs, strict=False)}
    available = {name: supply for name, (_, supply) in zip(NAMES, pairs, strict=False)}

    def fits(total: int) -> bool:
        return all(count <= available[name] for name, count in apportion(total, weights).items())

    best = max(total for total in range(sum(available.values()) + 1) if fits(total))
    assert largest_total(available, weights) == best


def test_a_total_that_does_not_fit_is_not_the_end() -> None:
    """The Alabama paradox: one more row in all takes one from a small bucket."""
    weights = {"a": 1.0, "b": 7.0, "c": 7.0}
    assert apportion(7, weights)["a"] == 1
    assert apportion(10, weights)["a"] == 0
    assert largest_total({"a": 0, "b": 14, "c": 8}, weights) == 10


def test_a_weight_beyond_floating_point_is_no_crash() -> None:
    assert largest_total({"a": 5, "b": 5}, {"a": 1e300, "b": 1e-300}) == 5


@given(WEIGHTS, st.lists(st.integers(0, 300), min_size=6, max_size=6), st.none() | st.integers(1, 500))
def test_without_oversampling_nothing_is_drawn_twice(
    weights: dict[str, float], supply: list[int], total: int | None
) -> None:
    available = dict(zip(weights, supply, strict=False))
    shares = plan_shares(available, weights, total=total)
    drawn = sum(share.drawn for share in shares)
    most = largest_total(available, weights)
    assert drawn == (most if total is None else min(total, most))
    for share, exact in zip(shares, exact_shares(drawn, weights).values(), strict=True):
        assert share.drawn <= share.available
        assert share.repeated == 0
        assert abs(share.drawn - exact) < 1 + Fraction(1, 10**6)
        assert share.binds == (share.weight > 0 and share.drawn == share.available)


@given(WEIGHTS, st.lists(st.integers(1, 300), min_size=6, max_size=6))
def test_oversampling_uses_up_the_richest_bucket(weights: dict[str, float], supply: list[int]) -> None:
    available = dict(zip(weights, supply, strict=False))
    shares = plan_shares(available, weights, oversample=True)
    drawn = sum(share.drawn for share in shares)
    assert drawn >= largest_total(available, weights)
    richest = max(
        (s for s in shares if s.weight > 0), key=lambda s: Fraction(s.available) / Fraction(s.weight)
    )
    assert abs(richest.drawn - richest.available) <= 1
    for share, exact in zip(shares, exact_shares(drawn, weights).values(), strict=True):
        assert abs(share.drawn - exact) < 1 + Fraction(1, 10**6)
        assert share.repeated == max(0, share.drawn - share.available)


@given(st.integers(1, 5000))
def test_oversampling_reaches_any_size_asked_for(total: int) -> None:
    shares = plan_shares({"a": 3, "b": 700}, {"a": 1.0, "b": 3.0}, oversample=True, total=total)
    assert sum(share.drawn for share in shares) == total


@pytest.mark.parametrize("total", [None, 10])
def test_an_empty_bucket_cannot_be_oversampled(total: int | None) -> None:
    shares = plan_shares({"a": 0, "b": 50}, {"a": 1.0, "b": 1.0}, oversample=True, total=total)
    assert [share.drawn for share in shares if share.name == "a"] == [0]
    assert sum(share.drawn for share in shares) <= 1


def test_the_guides_example() -> None:
    """oracle=0.4, memory=0.4, history=0.2: memory's 80 rows bind, rounding leaves room for one more."""
    available = {"oracle": 900, "memory": 80, "history": 500}
    shares = plan_shares(available, {"oracle": 0.4, "memory": 0.4, "history": 0.2})
    assert {share.name: (share.drawn, share.binds) for share in shares} == {
        "oracle": (81, False),
        "memory": (80, True),
        "history": (40, False),
    }
