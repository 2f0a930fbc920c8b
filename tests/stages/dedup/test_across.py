"""Pairs across sides: all of them, and none of one side."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.errors import InputError
from afs_engine.stages.dedup.across import LISTED_PAIRS, CrossingPair, find_pairs_across
from tests.stages.dedup import brute_force


@settings(max_examples=80, deadline=None)
@given(brute_force.corpora(), st.sampled_from([0.8, 0.8, 0.5, 1.0]), st.integers(0, 1 << 32))
def test_counts_every_pair_across_sides(texts: list[str], threshold: float, seed: int) -> None:
    rng = random.Random(seed)
    sides = [rng.choice([-1, 0, 0, 0, 5]) for _ in texts]
    found = find_pairs_across(lambda: [texts], sides, threshold=threshold)
    plain = [brute_force.normalise(text) for text in texts]
    crossing = {
        CrossingPair(i, j, jaccard, plain[i] == plain[j])
        for (i, j), jaccard in brute_force.near_pairs(texts, threshold).items()
        if sides[i] != sides[j]
    }
    assert found.identical == sum(pair.identical for pair in crossing)
    assert found.near == len(crossing) - found.identical
    assert set(found.listed) <= crossing
    assert {pair.identical for pair in found.listed} == {pair.identical for pair in crossing}
    assert list(found.listed) == sorted(found.listed)


def test_texts_without_words_are_no_leak() -> None:
    found = find_pairs_across(lambda: [["", " ", "a"]], [0, 1, 1])
    assert (found.identical, found.near, found.listed) == (0, 0, ())


def test_the_list_is_bounded_and_the_count_is_not() -> None:
    words = [f"word{number}" for number in range(80)]
    texts = [" ".join([*words, f"new{row}"]) for row in range(80)]
    found = find_pairs_across(lambda: [texts], [row % 2 for row in range(80)])
    assert found.near == 1_600
    assert len(found.listed) == LISTED_PAIRS
    assert found.listed[0].first_row == 0


def test_sides_and_rows_must_be_as_many() -> None:
    with pytest.raises(InputError, match="2 sides were given for 1 rows"):
        find_pairs_across(lambda: [["a"]], [0, 1])
