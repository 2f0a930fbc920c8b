"""The ring keeps the last lines of every level, in order, and finds text in them."""

from hypothesis import given
from hypothesis import strategies as st

from afs_tui.models.log_lines import LEVELS, LogLines, LogView

levels = st.lists(st.sampled_from(LEVELS), max_size=120)


def filled(chosen: list[str], capacity: int) -> LogLines:
    ring = LogLines(capacity)
    for number, level in enumerate(chosen):
        ring.extend([(level, f"line {number}")])
    return ring


def numbers(view: LogView) -> list[int]:
    return [view.entry(place).number for place in range(len(view))]


@given(levels, st.integers(1, 30))
def test_each_view_holds_the_last_lines_of_its_level_and_above(chosen: list[str], capacity: int) -> None:
    ring = filled(chosen, capacity)
    first = max(0, len(chosen) - capacity)
    for rank, level in enumerate(LEVELS):
        of_level = [n for n, name in enumerate(chosen) if LEVELS.index(name) >= rank]
        assert numbers(ring.view(level)) == [n for n in of_level if n >= first]
        assert ring.view(level).dropped == sum(n < first for n in of_level)


def test_an_unknown_level_is_shown_as_info() -> None:
    ring = LogLines()
    ring.extend([("fatal?", "text")])
    assert ring.view().entry(0).level == "info"


def test_search_goes_around_the_ends_in_both_directions() -> None:
    ring = LogLines()
    ring.extend([("info", text) for text in ("Loss 1", "other", "loss 2", "other")])
    view = ring.view()
    assert view.find("LOSS", 1, 1) == 2
    assert view.find("loss", 3, 1) == 0
    assert view.find("loss", 1, -1) == 0
    assert view.find("absent", 0, 1) is None
    assert view.find("", 0, 1) is None


def test_search_in_an_empty_log_finds_nothing() -> None:
    assert LogLines().view().find("x", 0, 1) is None
