"""Every screen on the demo: its words at three sizes and in ASCII, and its contrast in every theme.

The expected screens are `snapshots/*.txt`; run with AFS_WRITE_SNAPSHOTS=1 to write them anew, then look at
the difference. What differs from machine to machine and from day to day is replaced by dots.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.pilot import Pilot

from afs_engine.api import write_demo
from afs_tui.app import StudioApp
from afs_tui.modes import MODES, Mode
from afs_tui.pictures import settle
from afs_tui.studio import Options
from afs_tui.themes import THEMES
from tests.tui.studio import screen_text
from tests.tui.studio_on import drive_app

SNAPSHOTS = Path(__file__).with_name("snapshots")
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text that is not large
_OF_THE_MACHINE = re.compile(
    r"\b(time|RAM|VRAM|free(?= +\d)|GPU|CPU|job RAM|job CPU|GPU RAM|tokens/s|step size) +(?!memory)[^│|]*"
)
_OF_THE_DAY = re.compile(r"\d{4}-\d\d-\d\d|\b\d+\.\d s\b")
_TEXT = re.compile(r"\w")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo") / "demo")


def draw_screens(
    demo: Path, size: tuple[int, int], look: Callable[[StudioApp, Mode], None], **options: Any
) -> None:
    """Opens every screen, waits until all answers are there, and lets `look` see it."""

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        for mode in MODES:
            await pilot.press(mode.key)
            await settle(pilot, app)
            look(app, mode)

    drive_app(drive, StudioApp(Options(path=demo, is_demo=True, **options)), size=size)


@pytest.mark.parametrize(
    ("size", "is_ascii"), [((80, 24), False), ((80, 24), True), ((120, 40), False), ((160, 50), False)]
)
def test_screens_show_what_they_showed(demo: Path, size: tuple[int, int], is_ascii: bool) -> None:
    differing = []

    def look(app: StudioApp, mode: Mode) -> None:
        shown = blank_what_varies(screen_text(app)) + "\n"
        kept = SNAPSHOTS / f"{mode.name}-{size[0]}x{size[1]}{'-ascii' if is_ascii else ''}.txt"
        if os.environ.get("AFS_WRITE_SNAPSHOTS"):
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(shown, encoding="utf-8")
        if kept.read_text(encoding="utf-8") != shown:
            differing.append(f"{kept.name} is now\n{shown}")

    draw_screens(demo, size, look, is_ascii=is_ascii)
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
def test_every_word_can_be_read_in_every_theme(demo: Path, theme: str) -> None:
    pale: set[tuple[str, str, str]] = set()

    def look(app: StudioApp, mode: Mode) -> None:
        for segment in segments_of(app):
            contrast = contrast_of(segment)
            if contrast is not None and contrast < LEAST_CONTRAST:
                pale.add((mode.name, segment.text.strip(), f"{contrast:.1f}"))

    draw_screens(demo, (120, 40), look, theme=theme)
    assert not sorted(pale)


def blank_what_varies(screen: str) -> str:
    lines = (_OF_THE_MACHINE.sub(lambda found: f"{found[1]}...", line) for line in screen.splitlines())
    return _OF_THE_DAY.sub("...", "\n".join(lines))


def segments_of(app: StudioApp) -> Iterator[Segment]:
    for strip in app.screen._compositor.render_strips():
        yield from (segment for segment in strip if _TEXT.search(segment.text))


def contrast_of(segment: Segment) -> float | None:
    """The ratio of WCAG 2.2 between the words and what is behind them; None without two true colours."""
    style = segment.style
    if style is None or style.color is None or style.bgcolor is None:
        return None
    pair = (style.bgcolor, style.color) if style.reverse else (style.color, style.bgcolor)
    light, dark = sorted((_luminance(colour) for colour in pair), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    channels = [value / 255 for value in colour.get_truecolor()]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
