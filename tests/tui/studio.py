"""Driving the studio without a terminal: an app on a fresh sample workspace, and its screen as text."""

from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from afs_engine import api
from afs_tui.app import StudioApp
from afs_tui.studio import Options

_STEP_SECONDS = 0.02
_MAX_STEPS = 6000


def sample(folder: Path) -> Path:
    """A new workspace with the sample recipe; returns the recipe's path."""
    return api.init_workspace(folder / "my-model")


def studio(path: Path | None, **options: bool) -> StudioApp:
    return StudioApp(Options(path=path, **options))


def screen_text(app: StudioApp) -> str:
    """What the terminal would show, line by line, without colours."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Lets the app go on until the condition holds; fails when it never does."""
    for _ in range(_MAX_STEPS):
        if condition():
            return
        await pilot.pause(_STEP_SECONDS)
    raise AssertionError(f"never happened; the screen is\n{screen_text(pilot.app)}")  # type: ignore[arg-type]


async def until_shown(pilot: Pilot[None], text: str) -> None:
    """Lets the app go on until its screen shows `text`."""
    await until(pilot, lambda: text in screen_text(pilot.app))  # type: ignore[arg-type]
