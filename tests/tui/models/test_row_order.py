"""Every order shows every row once, and the line's neighbours come first where they should."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from afs_tui.models.row_order import Direction, RowOrder


@st.composite
def orders(draw: st.DrawFn) -> RowOrder:
    rows = draw(st.integers(0, 60))
    unscored = draw(st.integers(0, rows))
    below = draw(st.integers(0, rows - unscored))
    return RowOrder(rows, below, unscored, draw(st.sampled_from(get_args(Direction))))


@given(orders())
def test_an_order_shows_each_row_once_and_the_unscored_last(order: RowOrder) -> None:
    places = [order.sorted_place(place) for place in range(order.rows)]
    scored = order.rows - order.unscored
    assert sorted(places) == list(range(order.rows))
    assert set(places[scored:]) == set(range(scored, order.rows))


def test_the_ones_just_under_the_line_come_first() -> None:
    order = RowOrder(rows=6, below=3, unscored=1, direction="under the line first")
    assert [order.sorted_place(place) for place in range(6)] == [2, 1, 0, 3, 4, 5]
