"""Counts by group, the sum first; choosing a group says which."""

import asyncio
from typing import Any

from afs_tui.models.thresholds import Kept
from afs_tui.widgets.kept_table import KeptTable
from tests.tui.alone import Alone, screen_lines


def test_groups_are_counted_and_chosen() -> None:
    table = KeptTable()
    app = Alone(table, KeptTable.GroupChosen)

    async def run() -> list[str]:
        async with app.run_test(size=(80, 10)) as pilot:
            table.show([Kept("asm", 1200, 300, 7), Kept("[/] \x1b[31mevil", 5, 0, 0)])
            await pilot.pause()
            lines = screen_lines(app)
            await pilot.press("down", "down", "down", "up")
            await pilot.click(table, offset=(5, 3))
            await pilot.pause()
            return lines

    lines = asyncio.run(run())
    assert lines[1].split()[-2:] == ["1,205", "307"]
    assert lines[2].split()[-2:] == ["1,200", "307"]
    assert "[/] \\x1b[31mevil" in lines[3]
    chosen: list[Any] = [message.group for message in app.seen]
    assert chosen == ["asm", "[/] \x1b[31mevil", "[/] \x1b[31mevil", "asm", "[/] \x1b[31mevil"]
