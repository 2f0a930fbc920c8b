"""Cards over a screen: what lies below is dimmed exactly as Textual would."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.renderables.background_screen import BackgroundScreen

from afs_tui.app import StudioApp
from afs_tui.modals.card_screen import CardScreen, DimmedScreen
from tests.tui.studio import sample, screen_text, until_shown
from tests.tui.studio_on import drive_studio


def test_the_screen_below_is_dimmed_as_textual_does(tmp_path: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        below = app.screen
        await pilot.press("question_mark")
        card = app.screen
        assert isinstance(card, CardScreen)
        color = card.styles.background
        assert 0 < color.a < 1
        options = app.console.options.update(width=app.size.width, height=app.size.height)
        theirs = app.console.render_lines(BackgroundScreen(below, color), options, pad=False)
        ours = DimmedScreen(below, color).render_strips(app.size.width, app.size.height, None, None)  # type: ignore[arg-type]
        assert len(ours) == app.size.height
        assert [_cells(line) for line in ours] == [_cells(line) for line in theirs][: len(ours)]

    drive_studio(drive, sample(tmp_path))


def _cells(line: Any) -> list[tuple[str, Any]]:
    """Each character with its style, however the line is cut into segments."""
    return [(character, segment.style) for segment in line for character in segment.text]


def test_what_a_key_does_stands_beside_it_however_long(tmp_path: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        lines = [line.split("│")[2].rstrip() for line in screen_text(app).splitlines() if line.count("│") > 2]
        first = next(place for place, line in enumerate(lines) if "Go to Sources" in line)
        assert lines[first].startswith("    2              Go to Sources")
        assert lines[first + 1].startswith(" " * 19) and lines[first + 1].strip()
        await pilot.press("escape", "f1")
        await until_shown(pilot, "up k")

    drive_studio(drive, sample(tmp_path), size=(80, 50))
