"""A million rows: only pages near the view are asked for and held; cursor, sorting, late answers."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from afs_tui.widgets.row_list import Column
from afs_tui.widgets.sample_table import PAGE_ROWS, SampleTable, TableRow
from tests.tui.alone import Alone, screen_lines

ROWS = 1_000_000
Drive = Callable[[Pilot[Any], "Answering"], Coroutine[Any, Any, None]]


class Answering(Alone):
    """Answers each question for rows at once."""

    def __init__(self, table: SampleTable) -> None:
        super().__init__(table, SampleTable.RowsWanted, SampleTable.Chosen, SampleTable.SortWanted)
        self.table = table

    def on_sample_table_rows_wanted(self, wanted: SampleTable.RowsWanted) -> None:
        rows = [
            TableRow((f"{row}", f"row {row} [/] \x1b]0;x\x07"))
            for row in range(wanted.start, wanted.start + wanted.count)
        ]
        wanted.table.take_rows(wanted.generation, wanted.start, rows)


def driven(drive: Drive) -> Answering:
    table = SampleTable([Column("number", 8, "right"), Column("text")])
    app = Answering(table)

    async def run() -> None:
        async with app.run_test(size=(60, 20)) as pilot:
            table.show(ROWS)
            await pilot.pause()
            await drive(pilot, app)

    asyncio.run(run())
    return app


def test_the_rows_in_view_are_drawn_and_safe() -> None:
    async def drive(pilot: Pilot[Any], app: Answering) -> None:
        lines = screen_lines(app)
        assert "number" in lines[0]
        assert lines[1].split()[0] == "0"
        assert "row 18 [/] \\x1b]0;x\\x07" in lines[19]

    driven(drive)


def test_paging_to_the_end_shows_the_last_row_and_holds_few() -> None:
    async def drive(pilot: Pilot[Any], app: Answering) -> None:
        await pilot.press("end")
        await pilot.pause()
        assert f"{ROWS - 1}" in screen_lines(app)[19]
        for _ in range(40):
            await pilot.press("pageup")
        await pilot.pause()
        assert app.table.cursor == ROWS - 1 - 40 * 18
        assert app.table.row_at(app.table.cursor) is not None

    app = driven(drive)
    asked = sum(message.count for message in app.seen if isinstance(message, SampleTable.RowsWanted))
    assert asked < 40 * 18 + 6 * PAGE_ROWS
    assert len(app.table._pages) <= 16


def test_answers_to_an_older_question_are_ignored() -> None:
    async def drive(pilot: Pilot[Any], app: Answering) -> None:
        old = app.table.generation
        app.table.show(10)
        app.table.take_rows(old, 0, [TableRow(("stale", "stale"))] * 10)
        await pilot.pause()
        assert "stale" not in "".join(screen_lines(app))

    driven(drive)


def test_rows_fetched_ahead_are_not_a_reason_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drive(pilot: Pilot[Any], app: Answering) -> None:
        drawn: list[int] = []
        draw = app.table.render_line

        def draw_noting(y: int) -> Strip:
            drawn.append(y)
            return draw(y)

        monkeypatch.setattr(app.table, "render_line", draw_noting)
        ahead, here = [TableRow(("7", "ahead"))] * PAGE_ROWS, [TableRow(("7", "here"))] * PAGE_ROWS
        app.table.take_rows(app.table.generation, PAGE_ROWS, ahead)
        await pilot.pause()
        assert not drawn
        app.table.take_rows(app.table.generation, 0, here)
        await pilot.pause()
        assert len(drawn) == 20
        assert "here" in screen_lines(app)[1]

    driven(drive)


def test_choosing_and_sorting_are_announced() -> None:
    async def drive(pilot: Pilot[Any], app: Answering) -> None:
        await pilot.press("down", "down", "enter", "s", "S")
        await pilot.click(app.table, offset=(20, 0))
        await pilot.pause()

    app = driven(drive)
    assert app.last(SampleTable.Chosen).row == 2
    sorts = [(m.column, m.is_descending) for m in app.seen if isinstance(m, SampleTable.SortWanted)]
    assert sorts == [(0, False), (0, True), (1, False)]


def test_an_empty_table_says_so() -> None:
    table = SampleTable([Column("text")], empty="nothing matches")
    app = Alone(table)

    async def run() -> list[str]:
        async with app.run_test(size=(40, 6)) as pilot:
            table.show(0)
            await pilot.press("down", "pagedown", "end", "enter")
            return screen_lines(app)

    assert "nothing matches" in asyncio.run(run())[1]
