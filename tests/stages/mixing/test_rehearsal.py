"""Choosing what to rehearse: the best rows first, each domain's where diversity is asked for."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.errors import EmptyResultError
from afs_engine.stages.mixing.rehearsal import (
    RehearsalRules,
    buffer_ledger,
    select_buffer,
)
from afs_engine.stages.mixing.shares import rehearsal_count
from tests.stages.mixing.columns import DOMAINS, Row, candidates, rows_of

RATIOS = st.integers(1, 20).map(lambda n: n / 20)
WORST = -1.0


def sortable(row: Row) -> float:
    return WORST if row.score is None else row.score


def share_of(count: int, ratio: float) -> int:
    return max(1, round(count * ratio)) if count else 0


@given(rows_of(), RATIOS, st.integers(0, 99))
def test_the_best_rows_are_kept_best_first(rows: list[Row], ratio: float, seed: int) -> None:
    selection = select_buffer(candidates(rows), RehearsalRules(ratio, seed=seed))
    scores = [sortable(rows[number]) for number in selection.rows.tolist()]
    assert scores == sorted(map(sortable, rows), reverse=True)[: share_of(len(rows), ratio)]
    assert len(set(selection.rows.tolist())) == len(scores)
    assert sum(selection.dropped.values()) == len(rows) - len(scores)


@given(rows_of(), RATIOS, st.integers(0, 99))
def test_diversity_takes_the_share_of_each_domain(rows: list[Row], ratio: float, seed: int) -> None:
    selection = select_buffer(candidates(rows), RehearsalRules(ratio, diversity=True, seed=seed))
    chosen = [rows[number] for number in selection.rows.tolist()]
    assert [sortable(row) for row in chosen] == sorted(map(sortable, chosen), reverse=True)
    for domain in DOMAINS:
        everyone = sorted((sortable(row) for row in rows if row.domain == domain), reverse=True)
        kept = [sortable(row) for row in chosen if row.domain == domain]
        assert kept == everyone[: share_of(len(everyone), ratio)]


@given(rows_of(), RATIOS, st.integers(0, 16), st.integers(1, 5), st.booleans())
def test_threshold_and_cap_leave_only_what_they_allow(
    rows: list[Row], ratio: float, sixteenths: int, cap: int, diversity: bool
) -> None:
    rules = RehearsalRules(ratio, sixteenths / 16, diversity, cap)
    selection = select_buffer(candidates(rows), rules)
    chosen = [rows[number] for number in selection.rows.tolist()]
    assert all(row.score is not None and row.score >= sixteenths / 16 for row in chosen)
    assert max(Counter(row.domain for row in chosen).values(), default=0) <= cap
    assert [sortable(row) for row in chosen] == sorted(map(sortable, chosen), reverse=True)
    assert sum(selection.dropped.values()) + len(chosen) == len(rows)


@given(rows_of(), RATIOS, st.booleans(), st.randoms())
def test_the_choice_does_not_depend_on_the_order_of_rows(
    rows: list[Row], ratio: float, diversity: bool, random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    rules = RehearsalRules(ratio, diversity=diversity, max_per_domain=3)
    first, second = (select_buffer(candidates(each), rules).rows.tolist() for each in (rows, shuffled))
    assert [rows[number].content for number in first] == [shuffled[number].content for number in second]


def test_only_eligible_rows_are_chosen() -> None:
    rows = candidates([Row(n, score=n / 16) for n in range(10)])
    eligible = np.arange(10) < 5
    assert select_buffer(rows, RehearsalRules(0.4), eligible).rows.tolist() == [4, 3]


def test_a_row_without_a_score_comes_after_the_worst_score() -> None:
    rows = candidates([Row(0), Row(1, score=0.0), Row(2, score=-3.0)])
    assert select_buffer(rows, RehearsalRules(1.0)).rows.tolist() == [1, 2, 0]


@given(st.integers(0, 10**6), st.integers(0, 99).map(lambda n: n / 100), st.integers(0, 10**6))
def test_the_ratio_is_that_of_the_mixed_set(new: int, ratio: float, available: int) -> None:
    old = rehearsal_count(new, ratio, available)
    assert 0 <= old <= available
    if old < available:
        assert abs(old * (1 - ratio) - new * ratio) <= 0.5 * (1 - ratio) + 1e-6


def test_thirty_percent() -> None:
    assert rehearsal_count(70, 0.3, 1000) == 30
    assert rehearsal_count(70, 0.3, 12) == 12
    assert rehearsal_count(70, 0.0, 1000) == 0


def test_the_ledger_of_a_buffer() -> None:
    rows = candidates([Row(n, score=n / 16) for n in range(10)])
    selection = select_buffer(rows, RehearsalRules(0.5, 0.5))
    ledger = buffer_ledger(13, selection, stage="rehearse", merged=1, off_side=2)
    assert ledger.rows_out == 2
    assert ledger.dropped == {
        "not in the top 50%": 5,
        "quality below 0.5": 3,
        "on the earlier version's val or test side": 2,
    }
    with pytest.raises(EmptyResultError, match="5 quality below"):
        buffer_ledger(10, select_buffer(rows, RehearsalRules(0.5, 0.9)), stage="rehearse")
