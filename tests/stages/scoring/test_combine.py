"""The weighted mean over what was measured."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.scoring.combine import combine_score, combine_scores, plain_scores
from afs_engine.stages.scoring.config import COMPONENT_NAMES, ScoringWeights

SCORES = st.one_of(st.none(), st.floats(0, 1, width=32))
ROWS = st.fixed_dictionaries(dict.fromkeys(COMPONENT_NAMES, SCORES))
WEIGHT = st.one_of(st.just(0.0), st.floats(0.01, 100))
WEIGHTS = (
    st.fixed_dictionaries(dict.fromkeys(COMPONENT_NAMES, WEIGHT))
    .filter(lambda weights: any(weights.values()))
    .map(lambda weights: ScoringWeights(**weights))
)
Row = dict[str, float | None]


def test_absent_components_leave_their_weight_to_the_others() -> None:
    weights = ScoringWeights()
    assert combine_score({"electra": 1.0, "asar": 0.5, "entity": 0.0, "length": 1.0}, weights) == 0.65
    assert combine_score({"electra": None, "asar": None, "entity": 0.0, "length": 1.0}, weights) == 0.3333
    assert combine_score({"length": 0.25}, weights) == 0.25
    assert combine_score({"electra": None, "length": None}, weights) is None
    assert combine_score({}, weights) is None


def test_a_component_of_weight_0_takes_no_part() -> None:
    weights = ScoringWeights(electra=0, asar=0, entity=0.4, length=0.6)
    assert combine_score({"electra": 0.0, "asar": 0.0, "entity": None, "length": 0.9}, weights) == 0.9
    assert combine_score({"electra": 0.9, "asar": 0.9}, weights) is None


def test_a_threshold_keeps_the_score_that_equals_it() -> None:
    overall = combine_scores({"length": np.array([0.7, 0.69996, 0.69994], np.float32)}, ScoringWeights())
    assert (overall >= 0.7).tolist() == [True, True, False]


@given(ROWS, WEIGHTS)
def test_lies_between_the_measured_components(row: Row, weights: ScoringWeights) -> None:
    taking_part = [value for name, value in row.items() if value is not None and weights.of(name) > 0]
    overall = combine_score(row, weights)
    if not taking_part:
        assert overall is None
    else:
        assert overall is not None
        assert min(taking_part) - 1e-4 <= overall <= max(taking_part) + 1e-4
        assert 0 <= overall <= 1


@given(ROWS, WEIGHTS, st.sampled_from([0.5, 2.0, 8.0]))
def test_only_proportions_of_weights_matter(row: Row, weights: ScoringWeights, factor: float) -> None:
    scaled = ScoringWeights(**{name: factor * weights.of(name) for name in COMPONENT_NAMES})
    assert combine_score(row, scaled) == combine_score(row, weights)


@given(ROWS, WEIGHTS, st.sampled_from(COMPONENT_NAMES))
def test_a_better_component_never_lowers_the_score(row: Row, weights: ScoringWeights, name: str) -> None:
    if row[name] is not None:
        before, after = combine_score(row, weights), combine_score(row | {name: 1.0}, weights)
        assert (before is None and after is None) or (after or 0) >= (before or 0)


@given(st.lists(ROWS, max_size=8), WEIGHTS)
def test_a_block_scores_as_its_rows_do(rows: list[Row], weights: ScoringWeights) -> None:
    columns = {
        name: np.array([math.nan if row[name] is None else row[name] for row in rows], np.float32)
        for name in COMPONENT_NAMES
    }
    assert plain_scores(combine_scores(columns, weights)) == [combine_score(row, weights) for row in rows]


def test_scores_are_written_rounded_and_nan_as_none() -> None:
    assert plain_scores(np.array([0.7, np.nan, 1 / 3], np.float32)) == [0.7, None, pytest.approx(0.3333)]
