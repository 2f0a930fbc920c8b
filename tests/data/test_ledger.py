"""Ledgers: every row is somewhere, or the stage fails."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from afs_engine.data.ledger import Ledger
from afs_engine.errors import EmptyResultError, LedgerError

COUNT = st.integers(0, 10**9)


@given(COUNT, COUNT, COUNT, COUNT, st.dictionaries(st.text(max_size=5), COUNT, max_size=3))
def test_a_ledger_balances_just_where_all_rows_are_named(
    out: int, merged: int, quarantined: int, repeated: int, dropped: dict[str, int]
) -> None:
    counts: dict[str, Any] = {
        "merged": merged,
        "quarantined": quarantined,
        "repeated": repeated,
        "dropped": dropped,
    }
    rows_in = out + merged + quarantined + sum(dropped.values()) - repeated
    if rows_in < 0:
        return
    ledger = Ledger(stage="s", rows_in=rows_in, rows_out=out, **counts)
    assert ledger.missing == 0
    if out or not rows_in:
        assert ledger.checked() is ledger
    lost = ledger.model_copy(update={"rows_in": rows_in + 3})
    assert lost.missing == 3
    with pytest.raises(LedgerError, match="lost count of 3 rows"):
        lost.checked()


def test_invented_rows_are_as_bad_as_lost_ones() -> None:
    ledger = Ledger(stage="s", rows_in=1, rows_out=2)
    assert ledger.missing == -1
    with pytest.raises(LedgerError):
        ledger.checked()


def test_dropping_everything_is_an_error_that_says_why() -> None:
    dropped = {"no score": 2, "too long": 1_500}
    ledger = Ledger(stage="filter", rows_in=1_510, rows_out=0, dropped=dropped, merged=5, quarantined=3)
    with pytest.raises(
        EmptyResultError, match="drop all 1,510 rows: 1,500 too long, 5 merged, 3 quarantined, 2 no score"
    ):
        ledger.checked()
    assert Ledger(stage="filter", rows_in=0, rows_out=0).checked().reasons() == "none"


@pytest.mark.parametrize("field", ["rows_in", "rows_out", "merged", "quarantined", "repeated"])
def test_counts_are_not_negative(field: str) -> None:
    with pytest.raises(ValidationError):
        Ledger.model_validate({"stage": "s", "rows_in": 0, "rows_out": 0, field: -1})
