"""The balance screen: sliders change the recipe in one step, counts are what the run then draws."""

import json
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from afs_engine.api import init_workspace
from afs_tui.app import StudioApp
from afs_tui.widgets.balance_sliders import BalanceSliders
from afs_tui.widgets.share_slider import ShareSlider
from tests.program import call_well
from tests.tui.studio import screen_text, until
from tests.tui.studio_on import drive_studio


async def opened(app: StudioApp, pilot: Pilot[Any]) -> BalanceSliders:
    await pilot.press("4")
    await until(pilot, lambda: bool(app.screen.query(BalanceSliders)))
    sliders = app.screen.query_one(BalanceSliders)
    await until(pilot, lambda: sliders.shares is not None)
    return sliders


def test_two_sliders_set_with_keys_are_what_the_run_draws(recipe: Path) -> None:
    drawn: dict[str, int] = {}

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        sliders = await opened(app, pilot)
        sliders.focus()
        await pilot.press("equals_sign", *"50", "enter", "l", "down", "right", "right")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "unsaved" not in screen_text(app))
        drawn.update({name: facts.drawn for name, facts in sliders._facts.items()})

    drive_studio(drive, recipe)
    call_well("run", "recipe.toml", "--until", "balance", cwd=recipe.parent)
    results = (recipe.parent / ".afs" / "store" / "balance").glob("*/result.json")
    newest = max(results, key=lambda path: path.stat().st_mtime_ns)
    shares = json.loads(newest.read_bytes())["facts"]["shares"]
    assert {share["name"]: share["drawn"] for share in shares} == drawn
    assert "the run's folder" in recipe.read_text(encoding="utf-8")  # comments are kept


def test_one_move_is_one_step_of_undo_and_a_lock_is_kept(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        sliders = await opened(app, pilot)
        sliders.focus()
        await pilot.press("l", "down", "pageup")
        await pilot.pause(0.3)
        document = app.studio.document
        assert document
        weights = document.value("balance", "weights")
        assert (weights["oracle"], weights["memory"]) == (0.6, 0.3)
        await pilot.press("u")
        await until(pilot, lambda: sliders.shares is not None and sliders.shares.share("memory") == 0.2)
        assert sliders.shares
        assert sliders.shares.locked == {"oracle"}
        assert not document.is_dirty

    drive_studio(drive, recipe)


def test_the_rehearsal_ratio_is_moved_and_says_what_there_is(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        ratio = app.screen.query_one(ShareSlider)
        assert ratio.note == "from v1: 31 of 52 may be drawn"
        ratio.focus()
        await pilot.press("equals_sign", *"7.5", "enter")
        document = app.studio.document
        assert document
        assert document.value("rehearsal", "ratio") == 0.075
        await until(pilot, lambda: "rehearsed (7." in screen_text(app))

    drive_studio(drive, recipe)


def test_size_and_oversampling_are_set_with_a_key(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await pilot.press("o")
        await until(pilot, lambda: "limits it: all its samples are used" in screen_text(app))
        await pilot.press("t", *"40", "enter")
        await until(pilot, lambda: "The size is set to 40" in screen_text(app))

    drive_studio(drive, recipe)


def test_before_the_first_run_the_key_is_named(tmp_path: Path) -> None:
    init_workspace(tmp_path / "fresh")

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("4")
        await until(pilot, lambda: "not been exported yet" in screen_text(app))

    drive_studio(drive, tmp_path / "fresh" / "recipe.toml")


def test_moves_that_follow_each_other_fast_are_all_kept(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        sliders = await opened(app, pilot)
        sliders.focus()
        for _ in range(12):
            await pilot.press("right")
            await pilot.pause(0.05)  # answers about earlier texts come in between
        await pilot.press(*["left"] * 5)
        await pilot.pause(0.5)
        document = app.studio.document
        assert document
        assert document.value("balance", "weights", "oracle") == 0.67
        assert sliders.shares
        assert sliders.shares.share("oracle") == 0.67

    drive_studio(drive, recipe)
