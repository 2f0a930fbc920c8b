"""Pictures of every screen, made by the studio itself without a terminal: `afs-tui --demo --shots DIR`.

Owns which screens, sizes and themes are drawn, and the names of the files. A picture is an SVG with
nothing in it that is loaded from elsewhere.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from afs_tui.app import StudioApp
from afs_tui.modes import MODES, Mode
from afs_tui.studio import Options

_LOOKS: tuple[tuple[str, tuple[int, int], dict[str, object]], ...] = (
    ("dark", (120, 40), {"theme": "afs-dark"}),
    ("light", (120, 40), {"theme": "afs-light"}),
    ("colour-blind-wide", (160, 50), {"theme": "afs-colour-blind"}),
    ("ascii", (120, 40), {"is_ascii": True}),
    ("ascii-80x24", (80, 24), {"is_ascii": True}),
    ("dark-80x24", (80, 24), {"theme": "afs-dark"}),
)
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_FIRA = re.compile(r"font-family:\s*Fira Code[^;]*;")
_FONT = "'DejaVu Sans Mono', Menlo, Consolas, monospace"
_STEP_SECONDS = 0.05
_QUIET_STEPS = 10
_MOST_STEPS = 2400


def draw_pictures(options: Options, folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """Draws every screen in every look into `folder`; returns the files. `tell` hears of each."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for look, size, changes in _LOOKS:
        drawn += asyncio.run(_draw_look(replace(options, **changes), size, look, folder, tell))  # type: ignore[arg-type]
    _write_index(folder, drawn)
    return drawn


async def _draw_look(
    options: Options, size: tuple[int, int], look: str, folder: Path, tell: Callable[[str], None]
) -> list[Path]:
    app = StudioApp(options)
    drawn: list[Path] = []
    async with app.run_test(size=size) as pilot:
        await settle(pilot, app)
        for mode in MODES:
            await pilot.press(mode.key)
            await settle(pilot, app)
            drawn.append(_draw(app, mode, look, folder))
            tell(str(drawn[-1]))
    return drawn


async def settle(pilot: Pilot[None], app: StudioApp) -> None:
    """Waits until nothing has been asked for a while; the screen itself never rests, for gauges move."""
    quiet = 0
    for _ in range(_MOST_STEPS):
        await pilot.pause(_STEP_SECONDS)
        quiet = 0 if app.is_asking else quiet + 1
        if quiet >= _QUIET_STEPS:
            return


def _draw(app: StudioApp, mode: Mode, look: str, folder: Path) -> Path:
    path = folder / f"{mode.name}-{look}.svg"
    svg = _FONT_FACE.sub("", app.export_screenshot(title=f"AFS: {mode.title}"))
    path.write_text(
        re.sub(r"font-family:\s*Fira Code[^;]*;", f"font-family: {_FONT};", svg), encoding="utf-8"
    )
    return path


def _write_index(folder: Path, drawn: list[Path]) -> None:
    """A page that shows them all, by screen."""
    lines = ["# The studio's screens", "", "Made by `afs-tui --demo --shots screenshots`.", ""]
    for mode in MODES:
        lines += [f"## {mode.title}", "", f"{mode.purpose}.", ""]
        lines += [f"![{path.stem}]({path.name})" for path in drawn if path.name.startswith(f"{mode.name}-")]
        lines.append("")
    (folder / "index.md").write_text("\n".join(lines), encoding="utf-8")
