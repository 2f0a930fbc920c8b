"""The cloud screen on the stand-in: offers, a launch only with the dollars typed, and its end."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from afs_engine.api import write_demo
from afs_tui.app import StudioApp
from afs_tui.studio import Options
from tests.tui.studio import screen_text, until, until_shown
from tests.tui.studio_on import drive_app, drive_studio


def test_nothing_is_rented_until_the_dollars_are_typed_then_it_can_be_destroyed(tmp_path: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("7")
        await until_shown(pilot, "at worst")
        await until_shown(pilot, "foreign")
        await until(pilot, lambda: "Launch" in screen_text(app))
        await pilot.press("l")
        await until_shown(pilot, "to confirm")
        field = app.screen.query_one(Input)
        await pilot.press("enter")
        assert "to confirm" in screen_text(app)
        shown = screen_text(app)
        field.value = shown.split("Type ")[1].split(" to confirm")[0]
        await pilot.pause()
        await pilot.press("enter")
        await until_shown(pilot, "tidewake-v2")
        await pilot.press("tab", "end")
        await until(pilot, lambda: "Destroy" in screen_text(app))

    drive_app(drive, StudioApp(Options(path=write_demo(tmp_path / "demo"), is_demo=True)))


def test_without_a_key_the_screen_says_how_to_get_one(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VAST_API_KEY", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(recipe.parent))

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("7")
        await until_shown(pilot, "no vast.ai key")
        assert "Launch" not in screen_text(app)

    drive_studio(drive, recipe)
