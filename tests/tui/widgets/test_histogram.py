"""The threshold moves by keys, mouse and typing, and the picture reads without colour."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from textual.pilot import Pilot

from afs_tui.widgets.histogram import Histogram
from tests.tui.alone import Alone, ascii_marks, screen_lines

Drive = Callable[[Pilot[Any], Histogram], Coroutine[Any, Any, None]]


def driven(drive: Drive, *, movable: bool = True) -> tuple[Histogram, Alone]:
    histogram = Histogram(movable=movable)
    app = Alone(histogram, Histogram.Changed, Histogram.Committed)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            histogram.show([0, 10, 20, 40, 80, 40, 20, 10, 5, 1], 0.5)
            await pilot.pause()
            await drive(pilot, histogram)
            await pilot.pause()

    asyncio.run(run())
    return histogram, app


@pytest.mark.parametrize(
    ("keys", "threshold"),
    [
        (["right"], 0.51),
        (["left", "left"], 0.48),
        (["shift+right"], 0.6),
        (["pagedown"], 0.4),
        (["full_stop"], 0.501),
        (["home"], 0.0),
        (["home", "left"], 0.0),
        (["end"], 1.0),
        (["delete"], None),
        (["delete", "right"], 0.01),
        ([*"=", *"0.62", "enter"], 0.62),
        ([*"=62", "enter"], 0.62),
        ([*"=99", "escape"], 0.5),
        ([*"=", "enter"], 0.5),
        ([*"=7", "backspace", *"8", "enter"], 0.08),
    ],
)
def test_keys_move_the_threshold(keys: list[str], threshold: float | None) -> None:
    async def drive(pilot: Pilot[Any], _: Histogram) -> None:
        await pilot.press(*("equals_sign" if key == "=" else key for key in keys))

    histogram, app = driven(drive)
    assert histogram.threshold == pytest.approx(threshold) if threshold is not None else threshold is None
    if threshold != 0.5:
        assert app.last(Histogram.Committed).threshold == histogram.threshold


def test_a_drag_changes_all_the_way_and_commits_once() -> None:
    async def drive(pilot: Pilot[Any], histogram: Histogram) -> None:
        await pilot.mouse_down(histogram, offset=(20, 3))
        await pilot.hover(histogram, offset=(60, 3))
        await pilot.mouse_up(histogram, offset=(60, 3))

    histogram, app = driven(drive)
    assert histogram.threshold == 0.75
    assert sum(isinstance(message, Histogram.Committed) for message in app.seen) == 1


def test_a_picture_that_is_not_movable_stays() -> None:
    async def drive(pilot: Pilot[Any], histogram: Histogram) -> None:
        await pilot.press("right", "end", "delete")
        await pilot.click(histogram, offset=(3, 3))

    histogram, app = driven(drive, movable=False)
    assert histogram.threshold == 0.5
    assert not app.seen


def test_both_sides_of_the_line_have_fills_of_their_own_in_ascii() -> None:
    seen: list[str] = []

    async def drive(pilot: Pilot[Any], _: Histogram) -> None:
        seen.extend(screen_lines(pilot.app))

    with ascii_marks():
        driven(drive)
    bars = seen[:22]
    assert all(line[40] == "|" for line in bars)
    assert "#" not in "".join(line[:40] for line in bars)
    assert "=" not in "".join(line[41:] for line in bars)
    assert "=" in seen[21][:40]
    assert "#" in seen[21][41:]
    assert seen[22][40] == "^"
    assert "".join(seen).isascii()
