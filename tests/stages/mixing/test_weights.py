"""Weights: reading them, refusing them, and which rows each one covers."""

import pytest

from afs_engine.errors import UsageError
from afs_engine.stages.mixing.weights import (
    UNWEIGHTED,
    assign_buckets,
    check_weights,
    parse_weight,
    parse_weights,
)
from tests.stages.mixing.columns import Row, candidates


def test_weights_are_read() -> None:
    assert parse_weight("oracle=0.4") == ("oracle", 0.4)
    assert parse_weight("a=b=2") == ("a=b", 2.0)
    assert parse_weights(["a=1", "b=0"]) == {"a": 1.0, "b": 0.0}


@pytest.mark.parametrize("text", ["", "oracle", "=1", "a=", "a=x", "a=-1", "a=nan", "a=inf"])
def test_what_is_no_weight_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a weight"):
        parse_weight(text)


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="'a' is given twice"):
        parse_weights(["a=1", "b=1", "a=2"])


@pytest.mark.parametrize(
    "weights",
    [
        {"a": 0.0, "b": 0.0},
        {},
        {"a": -1.0, "b": 2.0},
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": 1e308, "b": 1e308},
        {"a": 1.0, "b": 1e-12},
    ],
)
def test_weights_that_are_no_shares_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        check_weights(weights)


ROWS = [
    Row(0, domain="asm", origin="one", source="memory/a.md"),
    Row(1, domain="docs", origin="one"),
    Row(2, domain="quest", origin="two_scored"),
    Row(3, domain="quest", origin="two_scored", version="v1"),
]


@pytest.mark.parametrize(
    ("names", "buckets"),
    [
        (["asm", "docs"], [0, 1, UNWEIGHTED, UNWEIGHTED]),
        (["memory/a.md", "quest"], [0, UNWEIGHTED, 1, 1]),
        (["two", "one"], [1, 1, 0, 0]),  # `two` covers the file two_scored.jsonl
        (["quest", "rehearsal"], [UNWEIGHTED, UNWEIGHTED, 0, 1]),  # an old row is an old row first
        (["one", "asm"], [1, 0, UNWEIGHTED, UNWEIGHTED]),  # a domain before a file
        (["one", "memory/a.md"], [1, 0, UNWEIGHTED, UNWEIGHTED]),  # a source before a file
    ],
)
def test_the_strongest_rule_decides(names: list[str], buckets: list[int]) -> None:
    assert assign_buckets(candidates(ROWS), names).tolist() == buckets


def test_a_domains_first_part_covers_it() -> None:
    rows = candidates(ROWS)
    object.__setattr__(rows, "domains", ["oracle_asm", "oracle-docs", "oracles"])
    assert assign_buckets(rows, ["oracle", "oracles"]).tolist() == [0, 0, 1, 1]
    assert assign_buckets(rows, ["oracle", "oracle_asm"])[:2].tolist() == [1, 0]
    with pytest.raises(UsageError, match=r"'oracl' matches no sample"):
        assign_buckets(rows, ["oracl"])


def test_a_name_that_matches_nothing_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"weight 'qest' matches no sample \(did you mean 'quest'\?\)"):
        assign_buckets(candidates(ROWS), ["asm", "qest"])
    with pytest.raises(UsageError, match=r"known: asm, docs, one, quest, two_scored"):
        assign_buckets(candidates(ROWS[:3]), ["rehearsal"])


def test_a_name_covered_by_a_stronger_one_is_still_known() -> None:
    """`one` matches rows, though `asm` and `docs` take them all."""
    assert assign_buckets(candidates(ROWS[:2]), ["asm", "docs", "one"]).tolist() == [0, 1]
