"""Pairing rows: by line, and per byte as soon as two tokenizers are at work."""

import pytest

from afs_engine.errors import EmptyResultError
from afs_engine.stages.comparison.row_pairs import pair_rows
from afs_engine.stages.training.row_losses import RowLossRecord


def row(line: int, loss: float, cut: str = "ab", domain: str = "asm") -> RowLossRecord:
    return RowLossRecord(line, domain, loss, tokens=10, token_digest=cut, answer_bytes=40)


def test_rows_meet_by_line() -> None:
    pairs = pair_rows([row(1, 5.0), row(2, 6.0), row(4, 7.0)], [row(4, 1.0), row(1, 2.0), row(9, 3.0)])
    assert pairs.before.tolist() == [5.0, 7.0]
    assert pairs.after.tolist() == [2.0, 1.0]
    assert (pairs.unit, pairs.unpaired) == ("token", 2)
    assert pairs.difference(0).difference == pytest.approx(-9 / 20)


def test_other_tokens_are_compared_by_byte() -> None:
    """Also where there happen to be as many of them."""
    pairs = pair_rows([row(1, 8.0), row(2, 8.0)], [row(1, 4.0), row(2, 4.0, cut="cd")])
    assert pairs.unit == "byte"
    assert pairs.difference(0).before == pytest.approx(16 / 80)


def test_domains_are_apart() -> None:
    first = [row(1, 4.0), row(2, 4.0), row(3, 9.0, domain="notes")]
    second = [row(1, 5.0), row(2, 5.0), row(3, 8.0, domain="notes")]
    made = pair_rows(first, second).difference_by_domain(0)
    assert list(made) == ["asm", "notes"]
    assert made["asm"].difference == pytest.approx(0.1)
    assert made["notes"].difference == pytest.approx(-0.1)
    assert made["notes"].rows == 1


def test_nothing_shared_is_an_error() -> None:
    with pytest.raises(EmptyResultError, match="no measured row in common"):
        pair_rows([row(1, 1.0)], [row(2, 1.0)])
