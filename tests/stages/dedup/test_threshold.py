"""The bounds of the prefix filter hold for real sets, and the threshold is met exactly."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.errors import UsageError
from afs_engine.stages.dedup.threshold import Threshold

_SIMILARITIES = st.sampled_from([0.05, 0.3, 0.5, 0.75, 0.8, 0.85, 0.9, 0.99, 1.0])


def _array(value: int) -> np.ndarray:
    return np.array([value], dtype=np.int64)


@given(_SIMILARITIES, st.sets(st.integers(0, 120), min_size=1), st.data())
def test_sets_at_the_threshold_pass_every_filter(
    similarity: float, one: set[int], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(one)), max_size=len(one) // 3))
    other = (one - gone) | data.draw(st.sets(st.integers(100, 140), max_size=8)) or one
    threshold, a, b = Threshold.of(similarity), _array(len(one)), _array(len(other))
    near = Fraction(len(one & other), len(one | other)) >= Fraction(str(similarity))
    assert threshold.reached(_array(len(one & other)), a, b)[0] == near
    if not near:
        return
    prefixes = [set(sorted(s)[: int(threshold.prefix_sizes(_array(len(s)))[0])]) for s in (one, other)]
    shared = _array(len(prefixes[0] & prefixes[1]))
    assert threshold.sizes_allow(a, b)[0]
    assert threshold.enough_prefix_shared(shared, a, b)[0]
    assert shared[0] >= max(threshold.least_prefix_shared(a)[0], threshold.least_prefix_shared(b)[0])


@given(_SIMILARITIES, st.integers(0, 3_000))
def test_a_prefix_is_part_of_its_set(similarity: float, size: int) -> None:
    threshold = Threshold.of(similarity)
    assert min(size, 1) <= threshold.prefix_sizes(_array(size))[0] <= size
    assert threshold.least_prefix_shared(_array(size))[0] <= max(threshold.prefix_sizes(_array(size))[0], 1)


def test_four_fifths_are_four_fifths() -> None:
    sizes = np.arange(5, 50_000, 5)
    assert Threshold.of(0.8).smallest_partner(sizes).tolist() == (sizes // 5 * 4).tolist()


@pytest.mark.parametrize("similarity", [0.0, -0.1, 1.01, float("nan"), float("inf")])
def test_impossible_thresholds_are_refused(similarity: float) -> None:
    with pytest.raises(UsageError):
        Threshold.of(similarity)
