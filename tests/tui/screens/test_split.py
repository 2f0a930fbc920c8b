"""The split screen: sides by domain, the certificate, lengths, and rows as they are trained."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from afs_engine.api import init_workspace
from afs_tui.app import StudioApp
from tests.tui.studio import screen_text, until, until_shown
from tests.tui.studio_on import drive_studio


async def opened(pilot: Pilot[Any]) -> None:
    await pilot.press("5")
    await until_shown(pilot, "assistant, trained")


def test_sides_leaks_groups_and_lengths_are_shown(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(pilot)
        shown = screen_text(app)
        assert "no copies across sides" in shown and "oracle_asm" in shown
        assert "65-128" in shown and "shares 0.8 / 0.1 / 0.1" in shown

    drive_studio(drive, recipe)


def test_the_next_row_and_its_line_in_the_chosen_format(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(pilot)
        assert "user, masked" in screen_text(app)
        await pilot.press("right_square_bracket")
        await until_shown(pilot, "Row 2 of")
        await pilot.press("o")
        await until_shown(pilot, '{"messages":')
        await pilot.press("f")
        await until(pilot, lambda: '{"messages":' not in screen_text(app))
        assert app.studio.document is not None
        assert app.studio.document.value("convert", "format") == "chatml"

    drive_studio(drive, recipe)


def test_shares_are_typed_and_refused_unless_they_make_a_whole(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await pilot.press("e")
        await until_shown(pilot, "Train, validation, test")
        app.screen.query_one(Input).value = "0.5 0.1"
        await pilot.press("enter")
        await until_shown(pilot, "three that make 1")
        app.screen.query_one(Input).value = "70 20 10"
        await pilot.press("enter")
        assert app.studio.document is not None
        assert app.studio.document.value("split") == {"train": 0.7, "val": 0.2, "test": 0.1}
        await until_shown(pilot, "r  runs up to the files")

    drive_studio(drive, recipe)


def test_before_the_split_the_screen_names_the_key(tmp_path: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("5")
        await until_shown(pilot, "No split yet")

    drive_studio(drive, init_workspace(tmp_path / "new"))
