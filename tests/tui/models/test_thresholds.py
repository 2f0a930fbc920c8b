"""Counting at a threshold agrees with the engine's own comparison, on any scores."""

from array import array

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from afs_tui.models.thresholds import ScoreGroup, as_float32, count_bins, count_kept, total_kept

scores = st.lists(st.floats(0, 1, width=32), max_size=60)
lines = st.floats(0, 1)


def group(name: str, values: list[float], unscored: int = 0) -> ScoreGroup:
    return ScoreGroup(name, array("f", sorted(values)), unscored)


@given(scores, lines, st.integers(0, 5))
def test_counts_are_those_of_the_score_step(values: list[float], line: float, unscored: int) -> None:
    kept = count_kept([group("a", values, unscored)], line)[0]
    column = np.array([*values, *[np.nan] * unscored], dtype=np.float32)
    passes = column >= np.float32(line)
    assert kept.kept == int(passes.sum())
    assert kept.below == int((~passes & ~np.isnan(column)).sum())
    assert kept.unscored == unscored
    assert kept.rows == len(column)


@given(scores)
def test_a_score_that_is_the_threshold_passes(values: list[float]) -> None:
    for value in values:
        counted = count_kept([group("a", values)], value)[0]
        assert counted.kept == sum(other >= value for other in values)


def test_no_threshold_keeps_rows_without_a_score() -> None:
    counts = count_kept([group("a", [0.1], unscored=2), group("b", [0.9])], None)
    assert [each.kept for each in counts] == [3, 1]
    assert total_kept(counts).rows == 4


@given(scores, st.integers(1, 90))
def test_bins_hold_every_score_once(values: list[float], bins: int) -> None:
    counts = count_bins([group("a", values)], bins)
    assert len(counts) == bins
    assert sum(counts) == len(values)


@given(scores, st.integers(1, 90), st.data())
def test_bins_left_of_an_edge_are_what_a_threshold_there_drops(
    values: list[float], bins: int, data: st.DataObject
) -> None:
    edge = data.draw(st.integers(1, bins))
    counts = count_bins([group("a", values)], bins)
    if edge < bins:
        assert sum(counts[:edge]) == count_kept([group("a", values)], edge / bins)[0].below


def test_a_threshold_between_two_floats_is_rounded_as_the_engine_rounds_it() -> None:
    stored = as_float32(0.6)  # a little more than 0.6
    assert count_kept([group("a", [stored])], 0.6)[0].kept == 1
