"""The log follows until one moves up; search, levels, a ring that loses its start, hostile lines."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from textual.pilot import Pilot

from afs_tui.widgets.log_view import LogView
from tests.tui.alone import Alone, screen_lines

Drive = Callable[[Pilot[Any], LogView], Coroutine[Any, Any, None]]


def driven(drive: Drive, capacity: int = 1000) -> None:
    log = LogView(capacity=capacity)
    app = Alone(log)

    async def run() -> None:
        async with app.run_test(size=(80, 10)) as pilot:
            log.write([("info", f"line {number}") for number in range(100)])
            await pilot.pause()
            await drive(pilot, log)

    asyncio.run(run())


def test_the_end_is_followed_until_one_moves_up() -> None:
    async def drive(pilot: Pilot[Any], log: LogView) -> None:
        assert "line 99" in screen_lines(pilot.app)[9]
        await pilot.press("up")
        log.write([("info", "newest")] * 5)
        await pilot.pause()
        assert "line 98" in screen_lines(pilot.app)[9]
        assert log.state_text == "PAUSED, 5 new"
        await pilot.press("end")
        await pilot.pause()
        assert "newest" in screen_lines(pilot.app)[9]
        assert log.state_text == "FOLLOW"

    driven(drive)


def test_what_one_reads_stays_in_place_while_the_ring_loses_its_start() -> None:
    async def drive(pilot: Pilot[Any], log: LogView) -> None:
        await pilot.press("pageup", "pageup")
        await pilot.pause()
        before = [line[:78] for line in screen_lines(pilot.app)]
        log.write([("info", "more")] * 30)
        await pilot.pause()
        assert [line[:78] for line in screen_lines(pilot.app)] == before

    driven(drive, capacity=100)


def test_levels_are_filtered_and_written_as_words() -> None:
    async def drive(pilot: Pilot[Any], log: LogView) -> None:
        log.write([("warning", "hot"), ("error", "burnt"), ("debug", "detail")])
        await pilot.press("v", "v")
        await pilot.pause()
        lines = [line.split() for line in screen_lines(pilot.app) if line.strip()]
        assert lines == [["warn", "hot"], ["ERROR", "burnt"]]
        assert "warning and above" in log.state_text

    driven(drive)


def test_search_goes_to_the_nearest_line_above_and_on() -> None:
    async def drive(pilot: Pilot[Any], log: LogView) -> None:
        log.search("LINE 4")
        await pilot.pause()
        assert "line 49" in "\n".join(screen_lines(pilot.app))
        assert not log.is_following
        await pilot.press("N", "N", "N", "N", "N", "N", "N", "N", "N", "N")
        await pilot.pause()
        assert "line 4 " in "\n".join(screen_lines(pilot.app))
        log.search("nowhere")
        assert "not found" in log.state_text

    driven(drive)


def test_hostile_and_endless_lines_are_shown_as_stored_and_cut() -> None:
    async def drive(pilot: Pilot[Any], log: LogView) -> None:
        log.write([("info", "[red]a[/] \x1b[2J\x00\u202eb"), ("info", "x" * 20_000_000)])
        await pilot.press("right", "left")
        await pilot.pause()
        lines = screen_lines(pilot.app)
        assert "[red]a[/] \\x1b[2J\\x00\\u202eb" in lines[8]
        assert lines[9].rstrip().endswith("x…")

    driven(drive)
