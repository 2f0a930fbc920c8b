"""Orders and filters of samples: each row once, neighbours of the line first, words that must occur."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.errors import UsageError
from afs_engine.runs.views.sample_order import (
    SampleFilter,
    match_names,
    parse_filter,
    sort_near_line,
    sort_rows,
)

columns = st.lists(st.floats(0, 1, width=32) | st.just(float("nan")), max_size=50).map(
    lambda values: np.array(values, dtype=np.float32)
)


@given(columns, st.booleans())
def test_a_sort_has_each_row_once_in_order_and_nan_last(values: np.ndarray, is_descending: bool) -> None:
    order = sort_rows(values, is_descending=is_descending)
    assert sorted(order.tolist()) == list(range(len(values)))
    measured = [row for row in order.tolist() if not np.isnan(values[row])]
    assert order.tolist()[: len(measured)] == measured
    sign = -1 if is_descending else 1
    assert measured == sorted(measured, key=lambda row: (sign * values[row], row))


@given(columns, st.none() | st.floats(0, 1))
def test_near_the_line_goes_down_from_it_then_up(values: np.ndarray, line: float | None) -> None:
    order = sort_near_line(values, line).tolist()
    limit = np.float32(0 if line is None else line)
    below = [values[row] for row in order if values[row] < limit]
    above = [values[row] for row in order if values[row] >= limit]
    assert sorted(order) == list(range(len(values)))
    assert [values[row] for row in order[: len(below)]] == sorted(below, reverse=True)
    assert [values[row] for row in order[len(below) : len(below) + len(above)]] == sorted(above)


def test_a_filter_is_names_and_words() -> None:
    assert parse_filter(" domain:asm  source:hack jsr  [/] ") == SampleFilter(
        ("asm",), ("hack",), ("jsr", "[/]")
    )
    assert parse_filter("a:b") == SampleFilter(texts=("a:b",))


def test_a_name_that_is_not_there_is_told_with_the_nearest() -> None:
    codes = np.array([0, 1, 1])
    assert match_names(codes, ["asm", "docs"], ("do",), "domain").tolist() == [False, True, True]
    with pytest.raises(UsageError, match="no domain starts with 'dosc'") as caught:
        match_names(codes, ["asm", "docs"], ("dosc",), "domain")
    assert "docs" in caught.value.hint
