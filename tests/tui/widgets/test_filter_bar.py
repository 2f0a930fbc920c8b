"""The filter previews while one types, Enter keeps it, Escape restores what was there."""

import asyncio
from collections.abc import Sequence

import pytest

from afs_tui.widgets.filter_bar import FilterBar
from tests.tui.alone import Alone


@pytest.mark.parametrize(
    ("keys", "texts", "shown"),
    [
        ([*"asm", "enter"], ["asm"], True),
        ([*"asm", "escape"], [], False),
        ([*"as", "wait", "m", "wait", "escape"], ["as", "asm", ""], False),
        (["enter"], [], False),
    ],
)
def test_typing_is_announced_and_escape_restores(keys: Sequence[str], texts: list[str], shown: bool) -> None:
    bar = FilterBar("text, or domain:name")
    app = Alone(bar, FilterBar.Changed, FilterBar.Closed)

    async def run() -> None:
        async with app.run_test(size=(60, 4)) as pilot:
            bar.open()
            await pilot.pause()
            for key in keys:
                await (pilot.pause(0.2) if key == "wait" else pilot.press(key))
            await pilot.pause()
            assert bar.display is shown

    asyncio.run(run())
    assert [message.text for message in app.seen if isinstance(message, FilterBar.Changed)] == texts
    assert sum(isinstance(message, FilterBar.Closed) for message in app.seen) == 1
