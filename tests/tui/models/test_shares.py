"""Linked shares always sum to the whole, keep locked names, and land where they are put."""

from hypothesis import given
from hypothesis import strategies as st

from afs_tui.models.shares import WHOLE, Shares, set_ticks, share_equally, shares_of, toggle_lock


@st.composite
def linked(draw: st.DrawFn) -> Shares:
    weights = draw(st.lists(st.floats(0, 100), min_size=1, max_size=12))
    shares = shares_of({f"d{number}": weight for number, weight in enumerate(weights)})
    for name in draw(st.sets(st.sampled_from(shares.names))):
        shares = toggle_lock(shares, name)
    return shares


@given(linked(), st.data())
def test_any_move_keeps_the_sum_and_the_locked(shares: Shares, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(shares.names))
    moved = set_ticks(shares, name, data.draw(st.integers(-100, WHOLE + 100)))
    assert sum(moved.ticks) == WHOLE
    assert min(moved.ticks) >= 0
    assert all(moved.share(each) == shares.share(each) for each in shares.locked)


@given(linked(), st.data())
def test_a_free_name_lands_where_it_is_put_or_at_the_end_of_its_room(
    shares: Shares, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(shares.names))
    ticks = data.draw(st.integers(0, WHOLE))
    others = set(shares.names) - shares.locked - {name}
    moved = set_ticks(shares, name, ticks)
    if name in shares.locked or not others:
        assert moved == shares
    else:
        assert moved.share(name) == min(ticks, shares.room(name)) / WHOLE


@given(linked())
def test_putting_a_share_where_it_is_changes_nothing(shares: Shares) -> None:
    for name, ticks in zip(shares.names, shares.ticks, strict=True):
        assert set_ticks(shares, name, ticks) == shares


@given(linked(), st.data())
def test_the_others_keep_their_proportions(shares: Shares, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(shares.names))
    before = dict(zip(shares.names, shares.ticks, strict=True))
    free = [n for n in shares.names if n != name and n not in shares.locked]
    moved = set_ticks(shares, name, data.draw(st.integers(0, WHOLE)))
    after = dict(zip(moved.names, moved.ticks, strict=True))
    old, new = sum(before[n] for n in free), sum(after[n] for n in free)
    for other in free if old else []:
        assert abs(after[other] - new * before[other] / old) < 1 + 1e-6


def test_names_at_zero_share_equally_what_becomes_free() -> None:
    shares = shares_of({"a": 1, "b": 0, "c": 0})
    assert set_ticks(shares, "a", 4000).ticks == (4000, 3000, 3000)


def test_equal_shares_leave_the_locked_alone() -> None:
    shares = toggle_lock(shares_of({"a": 2, "b": 1, "c": 1}), "a")
    assert share_equally(set_ticks(shares, "b", 0)).ticks == (5000, 2500, 2500)


def test_weights_of_any_scale_become_shares() -> None:
    assert shares_of({"a": 2, "b": 6}).weights() == {"a": 0.25, "b": 0.75}
