"""What happens to the workspace while the studio shows it: results deleted, a reader killed, a run beside."""

import os
import shutil
import signal
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from afs_engine.api import EngineReader
from afs_tui.app import StudioApp
from afs_tui.modals.error_modal import ErrorModal
from afs_tui.widgets.histogram import Histogram
from afs_tui.widgets.sample_table import SampleTable
from tests.program import call_well
from tests.tui.studio import screen_text, until
from tests.tui.studio_on import drive_studio


async def opened(app: StudioApp, pilot: Pilot[Any]) -> SampleTable:
    await pilot.press("3")
    await until(pilot, lambda: bool(app.screen.query(SampleTable)))
    table = app.screen.query_one(SampleTable)
    await until(pilot, lambda: table.row_at(0) is not None)
    return table


def test_results_deleted_while_they_are_shown(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        table = await opened(app, pilot)
        shutil.rmtree(recipe.parent / ".afs" / "store")
        table.focus()
        await pilot.press("end", "s", "pageup", "enter")  # rows that are no longer there
        await until(pilot, lambda: isinstance(app.screen, ErrorModal))
        await pilot.press("escape", "f5")
        await until(pilot, lambda: "not been exported yet" in screen_text(app))
        await pilot.press("4")
        await until(pilot, lambda: "Nothing to balance yet" in screen_text(app))

    drive_studio(drive, recipe)


def test_a_recipe_deleted_while_it_is_open(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        recipe.unlink()
        await pilot.press("f5", "4", "3")
        await pilot.pause(0.5)
        assert app.studio.document

    app = drive_studio(drive, recipe)
    assert app.return_code in (0, None)


def test_a_killed_reading_process_is_told_and_starts_anew(recipe: Path) -> None:
    reader = EngineReader()

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        app.studio.reader = reader
        table = await opened(app, pilot)
        assert reader._process
        os.kill(reader._process.pid, signal.SIGKILL)
        reader._process.wait()
        table.focus()
        await pilot.press("slash", *"domain:asm", "enter")
        await until(pilot, lambda: table.row_count == 11)

    try:
        drive_studio(drive, recipe)
    finally:
        reader.close()


def test_a_run_on_the_command_line_beside_it_is_shown(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        text = recipe.read_text(encoding="utf-8")
        recipe.write_text(text.replace('name = "tidewake-v2"', 'name = "beside"'), encoding="utf-8")
        call_well("run", "recipe.toml", "--until", "score", cwd=recipe.parent)
        await until(pilot, lambda: "beside" in screen_text(app))
        assert "257 of 257 kept" in str(app.screen.query_one(Histogram).border_subtitle)

    drive_studio(drive, recipe)
