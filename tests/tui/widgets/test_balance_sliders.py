"""Linked sliders by keys, mouse and typing: what is moved, what is announced, what is drawn."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from textual.pilot import Pilot

from afs_tui.models.shares import shares_of
from afs_tui.widgets.balance_sliders import BalanceSliders
from afs_tui.widgets.slider_columns import SliderFacts
from tests.tui.alone import Alone, screen_lines

Drive = Callable[[Pilot[Any], BalanceSliders], Coroutine[Any, Any, None]]
FACTS = {
    "asm": SliderFacts(1000, 500),
    "docs": SliderFacts(100, 300, binds=True),
    "chats": SliderFacts(0, 0),
}


def driven(drive: Drive, size: tuple[int, int] = (120, 12)) -> tuple[BalanceSliders, Alone, list[str]]:
    sliders = BalanceSliders()
    app = Alone(sliders, BalanceSliders.Changed, BalanceSliders.Committed)

    async def run() -> list[str]:
        async with app.run_test(size=size) as pilot:
            sliders.show(shares_of({"asm": 5, "docs": 3, "chats": 2}), FACTS)
            await pilot.pause()
            await drive(pilot, sliders)
            await pilot.pause()
            return screen_lines(app)

    lines = asyncio.run(run())
    return sliders, app, lines


@pytest.mark.parametrize(
    ("keys", "shares"),
    [
        ([], (0.5, 0.3, 0.2)),
        (["right"], (0.51, 0.294, 0.196)),
        (["left"], (0.49, 0.306, 0.204)),
        (["pageup"], (0.6, 0.24, 0.16)),
        (["full_stop"], (0.501, 0.2994, 0.1996)),
        (["home"], (0.0, 0.6, 0.4)),
        (["end"], (1.0, 0.0, 0.0)),
        (["down", "l", "up", "end"], (0.7, 0.3, 0.0)),
        (["l", "right"], (0.5, 0.3, 0.2)),
        (["down", "equals_sign", *"12.5", "enter"], (0.625, 0.125, 0.25)),
        (["equals_sign", *"99", "escape"], (0.5, 0.3, 0.2)),
        (["l", "e"], (0.5, 0.25, 0.25)),
    ],
)
def test_keys_move_linked_shares(keys: list[str], shares: tuple[float, ...]) -> None:
    async def drive(pilot: Pilot[Any], _: BalanceSliders) -> None:
        await pilot.press(*keys)

    sliders, app, _ = driven(drive)
    assert sliders.shares
    assert tuple(sliders.shares.weights().values()) == pytest.approx(shares)
    if app.seen:
        assert app.last(BalanceSliders.Committed).shares == sliders.shares


def test_a_drag_moves_the_slider_under_the_mouse_and_commits_once() -> None:
    async def drive(pilot: Pilot[Any], sliders: BalanceSliders) -> None:
        await pilot.mouse_down(sliders, offset=(20, 2))
        await pilot.hover(sliders, offset=(14, 2))
        await pilot.mouse_up(sliders, offset=(14, 2))

    sliders, app, _ = driven(drive)
    assert sliders.name_chosen == "docs"
    assert sliders.shares
    assert 0 < sliders.shares.share("docs") < 0.3
    assert sum(isinstance(message, BalanceSliders.Committed) for message in app.seen) == 1


def test_facts_are_shown_beside_each_share_and_the_limit_has_a_word() -> None:
    async def drive(pilot: Pilot[Any], _: BalanceSliders) -> None:
        await pilot.press("l")

    _, _, lines = driven(drive)
    assert lines[1].split()[-6:] == ["50.00", "%", "lock", "1,000", "500", "×0.50"]
    assert lines[2].split()[-6:] == ["30.00", "%", "100", "300", "×3.00", "limit"]
    assert "limit" not in lines[3]


def test_on_a_narrow_screen_the_track_and_the_share_stay() -> None:
    async def drive(_: Pilot[Any], __: BalanceSliders) -> None:
        return None

    _, _, lines = driven(drive, size=(50, 12))
    assert all("%" in line and "●" in line for line in lines[1:4])
