"""The scores screen: counts follow the threshold, the recipe a commit; samples are listed and shown."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from afs_engine.api import init_workspace
from afs_tui.app import StudioApp
from afs_tui.modals.sample_modal import SampleModal
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.histogram import Histogram
from afs_tui.widgets.sample_table import SampleTable
from tests.tui.studio import screen_text, until
from tests.tui.studio_on import drive_studio


async def opened(app: StudioApp, pilot: Pilot[Any]) -> SampleTable:
    """The table, once scores and rows are there."""
    await pilot.press("3")
    await until(pilot, lambda: bool(app.screen.query(SampleTable)))
    table = app.screen.query_one(SampleTable)
    await until(pilot, lambda: table.row_at(0) is not None)
    await until(pilot, lambda: bool(app.screen.query_one(Histogram).bins))
    return table


def test_moving_the_threshold_changes_counts_recipe_and_rows_and_undo_brings_it_back(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        table = await opened(app, pilot)
        histogram = app.screen.query_one(Histogram)
        assert "257 of 257 kept" in str(histogram.border_subtitle)
        histogram.focus()
        await pilot.press("equals_sign", *"0.61", "enter")
        assert "217 of 257 kept" in str(histogram.border_subtitle)
        document = app.studio.document
        assert document
        assert document.value("score", "min_quality_score") == 0.61
        await until(pilot, lambda: _cells(table)[1] == "drop")
        assert 0.58 < float(_cells(table)[0]) < 0.61  # the first one under the line
        await pilot.press("u")
        await until(pilot, lambda: histogram.threshold == 0.3)
        assert "257 of 257 kept" in str(histogram.border_subtitle)

    drive_studio(drive, recipe)


def test_components_and_sources_are_drawn_and_only_the_score_has_a_line(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        histogram = app.screen.query_one(Histogram)
        await pilot.press("c")
        assert "score" in str(histogram.border_title)
        assert not histogram.movable
        await pilot.press("d")
        await pilot.pause()
        assert "riddles" in screen_text(app)
        assert "oracle_asm" not in "\n".join(line[70:] for line in screen_text(app).splitlines()[:15])

    drive_studio(drive, recipe)


def test_a_filter_previews_and_escape_brings_all_back(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        table = await opened(app, pilot)
        await pilot.press("slash", *"domain:riddles")
        await until(pilot, lambda: table.row_count == 6)
        await pilot.press("escape")
        await until(pilot, lambda: table.row_count == 257)
        assert table.has_focus
        await pilot.press("slash", *"domain:nowhere", "enter")
        await until(pilot, lambda: "no domain starts with 'nowhere'" in screen_text(app))

    drive_studio(drive, recipe)


def test_a_sample_says_why_it_has_its_score(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        table = await opened(app, pilot)
        table.focus()
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, SampleModal))
        await pilot.pause()
        text = screen_text(app)
        assert "profile generic" in text
        assert "length" in text
        assert "x 100.0 %" in text
        await pilot.press("escape")
        assert not isinstance(app.screen, SampleModal)

    drive_studio(drive, recipe)


def test_without_scores_the_key_that_makes_them_is_named(tmp_path: Path) -> None:
    init_workspace(tmp_path / "fresh")

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("3")
        await until(pilot, lambda: "not been exported yet" in screen_text(app))
        empty = app.screen.query_one(EmptyState)
        assert "r  runs" in empty.key_hint

    drive_studio(drive, tmp_path / "fresh" / "recipe.toml")


def test_readonly_moves_nothing(recipe: Path) -> None:
    before = recipe.read_text(encoding="utf-8")

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        app.screen.query_one(Histogram).focus()
        await pilot.press("right", "end", "p")
        document = app.studio.document
        assert document
        assert document.text == before

    drive_studio(drive, recipe, is_readonly=True)


def _cells(table: SampleTable) -> tuple[str, ...]:
    """The cells of the first row; dashes while it is not there."""
    row = table.row_at(0)
    return row.cells if row else ("-", "-")
