"""Balancing: every row accounted for, shares within a row, nothing over its supply."""

from collections import Counter
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.errors import UsageError
from afs_engine.stages.mixing.balance import BalanceRules, balance
from tests.stages.mixing.columns import DOMAINS, Row, candidates, rows_of

WEIGHTS = st.dictionaries(st.sampled_from(DOMAINS), st.integers(0, 9).map(float), max_size=3)
RULES = st.builds(
    BalanceRules,
    weights=WEIGHTS,
    min_quality_score=st.none() | st.integers(0, 16).map(lambda n: n / 16),
    max_per_domain=st.none() | st.integers(1, 10),
    oversample=st.booleans(),
    total=st.none() | st.integers(1, 60),
    shuffle=st.booleans(),
    seed=st.integers(0, 99),
)


def eligible(rows: list[Row], rules: BalanceRules) -> Counter[str]:
    """Rows by domain after filter and cap."""
    least = rules.min_quality_score
    kept = Counter(
        row.domain for row in rows if least is None or (row.score is not None and row.score >= least)
    )
    cap = rules.max_per_domain or len(rows)
    return Counter({domain: min(cap, count) for domain, count in kept.items()})


def is_possible(rows: list[Row], rules: BalanceRules) -> bool:
    """Every name is known, one weighs something, and none that weighs something has lost all its rows."""
    here, left = {row.domain for row in rows}, eligible(rows, rules)
    if not rules.weights:
        return bool(left)
    weighted = [name for name, weight in rules.weights.items() if weight > 0]
    return bool(weighted) and here.issuperset(rules.weights) and all(left[name] for name in weighted)


@given(rows_of(), RULES)
def test_a_balanced_set_is_what_was_asked_for(rows: list[Row], rules: BalanceRules) -> None:
    if not is_possible(rows, rules):
        with pytest.raises(UsageError):
            balance(candidates(rows), rules)
        return
    result = balance(candidates(rows), rules)
    assert result.ledger.missing == 0
    assert result.ledger.rows_out == len(result.rows)
    times = Counter(result.rows.tolist())
    distinct = Counter(rows[number].domain for number in times)
    left = eligible(rows, rules)
    assert all(distinct[domain] <= left[domain] for domain in DOMAINS)
    if not rules.oversample:
        assert max(times.values()) == 1
    drawn = Counter(rows[number].domain for number in result.rows.tolist())
    whole = sum(map(Fraction, rules.weights.values()))
    for name, weight in rules.weights.items():
        assert abs(drawn[name] - len(result.rows) * Fraction(weight) / whole) < 1
    if not rules.shuffle:
        assert result.rows.tolist() == sorted(result.rows.tolist())


@given(rows_of(min_size=3), st.integers(0, 99), st.randoms())
def test_the_same_rows_in_another_order_give_the_same_set(rows: list[Row], seed: int, random: Random) -> None:
    weights = dict.fromkeys(sorted({row.domain for row in rows}), 1.0)
    rules = BalanceRules(weights, oversample=True, max_per_domain=5, seed=seed)
    shuffled = list(rows)
    random.shuffle(shuffled)
    first = [rows[n].content for n in balance(candidates(rows), rules).rows.tolist()]
    second = [shuffled[n].content for n in balance(candidates(shuffled), rules).rows.tolist()]
    assert first == second


def test_no_weights_keep_every_row_once() -> None:
    rows = candidates([Row(n, DOMAINS[n % 3]) for n in range(20)])
    result = balance(rows, BalanceRules({}))
    assert sorted(result.rows.tolist()) == list(range(20))
    assert result.ledger.dropped == {}


def test_the_ledger_names_every_reason() -> None:
    rows = [Row(n, "asm", 0.75) for n in range(10)]
    rows += [Row(20 + n, "docs", 0.75) for n in range(4)]
    rows += [Row(30, "docs", 0.25), Row(31, "docs"), Row(32, "quest", 1.0)]
    rules = BalanceRules({"asm": 1.0, "docs": 1.0}, min_quality_score=0.5, max_per_domain=8)
    ledger = balance(candidates(rows), rules).ledger
    assert ledger.rows_in == 17
    assert ledger.rows_out == 9
    assert ledger.dropped == {
        "no quality score": 1,
        "quality below 0.5": 1,
        "over the cap of its domain": 2,
        "no weight covers it": 1,
        "not drawn, its share is full": 3,
    }


def test_oversampling_repeats_scarce_rows() -> None:
    rows = [Row(n, "asm") for n in range(30)] + [Row(100 + n, "docs") for n in range(4)]
    result = balance(candidates(rows), BalanceRules({"asm": 1.0, "docs": 1.0}, oversample=True))
    assert len(result.rows) == 60
    assert result.ledger.repeated == 26
    assert np.unique(result.rows).tolist() == list(range(34))


def test_a_weight_whose_rows_are_all_gone_says_why() -> None:
    rows = [Row(0, "asm", 0.9), Row(1, "docs", 0.1), Row(2, "docs")]
    with pytest.raises(UsageError, match=r"'docs' is 2, but none of its rows is left \(1 no quality score, "):
        balance(candidates(rows), BalanceRules({"asm": 1.0, "docs": 2.0}, min_quality_score=0.5))


def test_dropping_every_row_is_an_error() -> None:
    with pytest.raises(UsageError, match="no quality score"):
        balance(candidates([Row(0), Row(1)]), BalanceRules({}, min_quality_score=0.5))
