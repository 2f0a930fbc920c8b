"""Gauges over time and bars of a split: words and fills besides colours, nothing measured is not 0."""

import asyncio

from textual.widget import Widget

from afs_tui.widgets.gauge import Gauge
from afs_tui.widgets.split_bars import SideCounts, SplitBars
from tests.tui.alone import Alone, screen_lines


def drawn(widget: Widget, width: int = 60) -> list[str]:
    app = Alone(widget)

    async def run() -> list[str]:
        async with app.run_test(size=(width, 6)) as pilot:
            await pilot.pause()
            return screen_lines(app)

    return asyncio.run(run())


def test_a_gauge_shows_its_newest_value_and_its_past() -> None:
    gauge = Gauge("CPU", full=100)
    for value in (0.0, 50.0, 100.0, 50.0):
        gauge.add(value, f"{value:.0f} %")
    line = drawn(gauge)[0]
    assert line.startswith("CPU       50 %")
    assert line.rstrip().endswith("▁▄█▄")


def test_a_gauge_near_its_limit_says_so_with_a_mark() -> None:
    gauge = Gauge("RAM", full=16e9)
    gauge.add(15.9e9, "15.9 GB")
    assert "15.9 GB !" in drawn(gauge)[0]


def test_what_is_not_measured_is_a_dash_and_a_gap() -> None:
    gauge = Gauge("GPU")
    gauge.add(None, "0 %")
    assert drawn(gauge)[0].split() == ["GPU", "-"]


def test_each_side_has_its_own_fill_and_a_small_side_is_seen() -> None:
    bars = SplitBars()
    app = Alone(bars)

    async def run() -> list[str]:
        async with app.run_test(size=(80, 6)) as pilot:
            bars.show([SideCounts("asm [TODO]", 9000, 900, 1), SideCounts("empty", 0, 0, 0)])
            await pilot.pause()
            return screen_lines(app)

    lines = asyncio.run(run())
    assert "█ train" in lines[0]
    assert "asm [TODO]" in lines[1]
    assert lines[1].count("░") == 1
    assert lines[1].count("▒") > 1
    assert lines[1].split()[-3:] == ["9,000", "900", "1"]
    assert lines[2].split() == ["empty", "0", "0", "0"]
