"""The length formula: its corners, and that it never jumps, never turns early and tends to 0."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.scoring.config import ScoringConfig
from afs_engine.stages.scoring.length import length_score, length_scores

CONFIG = ScoringConfig()
CONFIGS = st.lists(st.integers(1, 100_000), min_size=3, max_size=3, unique=True).map(
    lambda lengths: ScoringConfig(
        min_output_length=sorted(lengths)[0],
        ideal_output_length=sorted(lengths)[1],
        max_output_length=sorted(lengths)[2],
    )
)


@pytest.mark.parametrize(
    ("length", "score"),
    [(0, 0.0), (25, 0.25), (50, 0.5), (275, 0.75), (500, 1.0), (2750, 0.85), (5000, 0.7), (10_000, 0.35)],
)
def test_the_corners_of_the_formula(length: int, score: float) -> None:
    assert length_score(length, CONFIG) == pytest.approx(score, abs=1e-6)


@given(CONFIGS)
def test_rises_to_ideal_then_falls_for_ever(config: ScoringConfig) -> None:
    below = length_scores(np.linspace(0, config.ideal_output_length, 200), config)
    above = length_scores(np.linspace(config.ideal_output_length, 20 * config.max_output_length, 500), config)
    assert (np.diff(below) >= 0).all()
    assert (np.diff(above) <= 0).all()
    assert below[0] == 0
    assert below[-1] == 1
    assert above[-1] == pytest.approx(0.7 / 20)


@given(CONFIGS, st.integers(0, 300_000))
def test_one_more_character_is_never_a_cliff(config: ScoringConfig, length: int) -> None:
    here, there = length_scores([length, length + 1], config)
    steepest = max(
        0.5 / config.min_output_length,
        0.5 / (config.ideal_output_length - config.min_output_length),
        0.3 / (config.max_output_length - config.ideal_output_length),
        0.7 / config.max_output_length,
    )
    assert 0 <= here <= 1
    assert abs(here - there) <= steepest + 1e-6


def test_takes_a_polars_column() -> None:
    column = pl.Series(["", "x" * 50, "x" * 500]).str.len_chars()
    assert length_scores(column, CONFIG).tolist() == [0.0, 0.5, 1.0]


def test_no_rows_give_no_scores() -> None:
    assert length_scores([], CONFIG).shape == (0,)
