"""The sources screen: what is in the recipe, taking in and out, adding a path, looking inside."""

import json
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from afs_tui.app import StudioApp
from afs_tui.widgets.row_list import RowList
from tests.program import write_rows
from tests.tui.studio import screen_text, until_shown
from tests.tui.studio_on import drive_studio


async def opened(app: StudioApp, pilot: Pilot[Any]) -> RowList:
    await pilot.press("2")
    await until_shown(pilot, "in the recipe")
    return app.screen.query_one("#source-list", RowList)


def sources_of(app: StudioApp) -> list[str]:
    assert app.studio.document is not None
    return [source["name"] for source in app.studio.document.value("sources")]


def test_each_source_is_shown_with_rows_size_and_place(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        shown = screen_text(app)
        assert shown.count("exported") == 4
        assert "173" in shown and "sources/tidewake" in shown

    drive_studio(drive, recipe)


def test_space_takes_a_source_out_and_undo_brings_it_back(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await pilot.press("down", "space")
        assert sources_of(app) == ["oracle", "history", "riddles"]
        await until_shown(pilot, "3 in the recipe")
        await pilot.press("u")
        await until_shown(pilot, "4 in the recipe")

    drive_studio(drive, recipe)


def test_a_file_of_ones_own_is_added_by_its_path(recipe: Path) -> None:
    write_rows(recipe.parent / "extra.jsonl", [{"instruction": "What?", "output": "That."}])

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await pilot.press("a")
        await until_shown(pilot, "Add a source")
        app.screen.query_one(Input).value = str(recipe.parent / "extra.jsonl")
        await pilot.press("enter")
        await until_shown(pilot, "not exported")
        assert sources_of(app)[-1] == "extra"

    drive_studio(drive, recipe)


def test_what_can_be_no_source_is_refused_where_it_is_typed(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await pilot.press("a")
        await until_shown(pilot, "Add a source")
        app.screen.query_one(Input).value = str(recipe)
        await pilot.press("enter")
        await until_shown(pilot, "a file must be .jsonl")
        assert len(sources_of(app)) == 4

    drive_studio(drive, recipe)


def test_inside_shows_rows_refused_lines_and_hostile_text_as_stored(recipe: Path) -> None:
    hostile = {"instruction": "[/] \x1b]52;c;ZXZpbA==\x07 [TODO]", "output": "\x00 \u202eabc"}
    lines = [json.dumps(hostile), "{not json", json.dumps({"instruction": "b", "output": "B."})]
    (recipe.parent / "odd.jsonl").write_text("\n".join(lines) + "\n")
    text = recipe.read_text().split("[[sources]]", 1)[0]
    recipe.write_text(f'{text}[[sources]]\nname = "odd"\nkind = "jsonl"\npath = "odd.jsonl"\n')
    from afs_engine.api import run_recipe

    run_recipe(recipe, until="export")

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await pilot.press("i")
        await until_shown(pilot, "refused lines")
        shown = screen_text(app)
        assert "  odd.jsonl:2  " in shown and "[/]" in shown and "[TODO]" in shown
        assert not any(bad in shown for bad in "\x1b\x07\x00\u202e")

    drive_studio(drive, recipe)


def test_a_source_that_is_gone_is_named_as_missing(recipe: Path) -> None:
    import shutil

    shutil.rmtree(recipe.parent / "sources/memory")

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await until_shown(pilot, "missing")
        assert "'memory' is not there" in screen_text(app)

    drive_studio(drive, recipe)
