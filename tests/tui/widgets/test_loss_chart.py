"""Curves are drawn, told apart by shape, read by the crosshair, and survive gaps and empty runs."""

import asyncio
import math
from collections.abc import Sequence
from itertools import pairwise

from afs_tui.models.curve import Curve
from afs_tui.widgets.loss_chart import LossChart, Series
from tests.tui.alone import Alone, ascii_marks, screen_lines


def curve(*values: float) -> Curve:
    made = Curve()
    made.extend(list(enumerate(values, start=1)))
    return made


FALLING = [4 * math.exp(-step / 40) + 0.5 for step in range(200)]


def drawn(series: Sequence[Series], keys: Sequence[str] = ()) -> list[str]:
    chart = LossChart(series, empty="no loss yet")
    app = Alone(chart)

    async def run() -> list[str]:
        async with app.run_test(size=(80, 20)) as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            return screen_lines(app)

    return asyncio.run(run())


def first_dot(line: str) -> int:
    return next((place for place, mark in enumerate(line[8:]) if "\u2800" < mark <= "\u28ff"), -1)


def test_a_falling_loss_falls_on_the_screen() -> None:
    lines = drawn([Series("train", curve(*FALLING)), Series("val", curve(*FALLING), "points")])
    assert "train 0.5" in lines[0]
    assert "val 0.5" in lines[0]
    starts = [first_dot(line) for line in lines[1:19] if first_dot(line) >= 0]
    assert starts[0] == 0
    assert starts[-1] > 20
    assert all(later > earlier - 4 for earlier, later in pairwise(starts))
    assert sum("◆" in line for line in lines[1:19]) > 5
    assert "step 1" in lines[19]
    assert lines[19].rstrip().endswith("200")


def test_the_crosshair_reads_the_value_under_it() -> None:
    lines = drawn([Series("train", curve(*FALLING))], ["left", *["shift+left"] * 10])
    assert "step 1" in lines[0]
    assert "train 4.5" in lines[0]


def test_log_scale_and_smoothing_are_named() -> None:
    head = drawn([Series("train", curve(*FALLING))], ["l", "s"])[0]
    assert "log" in head
    assert "smooth 0.6" in head


def test_gaps_and_a_flat_line_are_drawn() -> None:
    lines = drawn([Series("train", curve(2.0, math.nan, math.inf, 2.0))])
    assert "train 2" in lines[0]


def test_an_empty_run_says_so_even_with_only_nan() -> None:
    assert "no loss yet" in "".join(drawn([Series("train", curve(math.nan)), Series("val", Curve())]))


def test_in_ascii_everything_is_ascii() -> None:
    with ascii_marks():
        lines = drawn([Series("train", curve(*FALLING)), Series("val", curve(*FALLING), "points")], ["left"])
    assert "".join(lines).isascii()
    assert any("*" in line for line in lines[1:])
