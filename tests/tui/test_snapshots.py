"""Every screen, on the demo and on a fresh sample: its words in each size, its contrast in every theme.

The expected screens are `snapshots/*/*.txt`; run with AFS_WRITE_SNAPSHOTS=1 to write them anew, then look at
the difference. What differs from machine to machine and from day to day is replaced by dots.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

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
from tests.program import call_well
from tests.tui.studio import screen_text

SNAPSHOTS = Path(__file__).with_name("snapshots")
SIZES = ((80, 24), (120, 40), (160, 50))
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text that is not large
_OF_THE_MACHINE = re.compile(
    r"\b(time|RAM|VRAM|free(?= +\d)|GPU|CPU|job RAM|job CPU|GPU RAM|tokens/s|step size) +(?!memory)[^│|]*"
)
_OF_THE_DAY = re.compile(r"\d{4}-\d\d-\d\d|\b\d+\.\d s\b")
_OF_A_PERSON = ("CLAUDE_", "CODEX_", "GEMINI_", "VAST_", "XDG_")  # where a person keeps logs and keys
_TEXT = re.compile(r"\w")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo") / "demo")


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `afs-engine init` wrote, run up to the data files, on a machine with nothing else to train on."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in [name for name in os.environ if name.startswith(_OF_A_PERSON)]:
        monkeypatch.delenv(name)
    call_well("init", "sample", cwd=tmp_path)
    call_well("run", "sample/recipe.toml", "--until", "convert", cwd=tmp_path)
    return tmp_path / "sample" / "recipe.toml"


async def each_screen(
    app: StudioApp, pilot: Pilot[None], sizes: Sequence[tuple[int, int]]
) -> AsyncIterator[Mode]:
    """Opens every screen in every size, each when all answers are there. The sizes go there and back."""
    for place, mode in enumerate(MODES):
        await pilot.press(mode.key)
        for size in sizes[:: -1 if place % 2 else 1]:
            if app.size != size:
                await pilot.resize_terminal(*size)
            await settle(pilot, app)
            yield mode


def test_screens_of_the_demo_show_what_they_showed(demo: Path) -> None:
    asyncio.run(compare_screens(Options(path=demo, is_demo=True), SIZES, SNAPSHOTS / "demo"))


def test_screens_in_ascii_show_what_they_showed(demo: Path) -> None:
    options = Options(path=demo, is_demo=True, is_ascii=True)
    asyncio.run(compare_screens(options, SIZES[:2], SNAPSHOTS / "demo-ascii"))


def test_screens_of_the_sample_show_what_they_showed(sample: Path) -> None:
    asyncio.run(compare_screens(Options(path=sample), SIZES, SNAPSHOTS / "sample"))


async def compare_screens(options: Options, sizes: Sequence[tuple[int, int]], folder: Path) -> None:
    """Each screen against the one kept in `folder`; with AFS_WRITE_SNAPSHOTS keeps it first."""
    app, differing = StudioApp(options), []
    async with app.run_test(size=sizes[0]) as pilot:
        async for mode in each_screen(app, pilot, sizes):
            shown = blank_what_varies(screen_text(app), mode) + "\n"
            kept = folder / f"{mode.name}-{app.size.width}x{app.size.height}.txt"
            if os.environ.get("AFS_WRITE_SNAPSHOTS"):
                kept.parent.mkdir(exist_ok=True)
                kept.write_text(shown, encoding="utf-8")
            if kept.read_text(encoding="utf-8") != shown:
                differing.append(f"{kept.name} is now\n{shown}")
    assert not differing, "\n".join(differing)


def test_every_word_can_be_read_in_every_theme(demo: Path) -> None:
    pale: set[tuple[str, str, str, str]] = set()

    async def look() -> None:
        app = StudioApp(Options(path=demo, is_demo=True))
        async with app.run_test(size=SIZES[1]) as pilot:
            async for mode in each_screen(app, pilot, SIZES[1:2]):
                for theme in THEMES:
                    app.theme = theme.name
                    await pilot.pause()
                    pale.update((theme.name, mode.name, *word) for word in pale_words(app))

    asyncio.run(look())
    assert not sorted(pale)


def pale_words(app: StudioApp) -> Iterator[tuple[str, str]]:
    """The words that are hard to read on the screen, each with its contrast."""
    for segment in segments_of(app):
        contrast = contrast_of(segment)
        if contrast is not None and contrast < LEAST_CONTRAST:
            yield segment.text.strip(), f"{contrast:.1f}"


def blank_what_varies(screen: str, mode: Mode) -> str:
    if mode.name == "train":
        lines = (_OF_THE_MACHINE.sub(lambda found: f"{found[1]}...", line) for line in screen.splitlines())
        screen = "\n".join(lines)
    return _OF_THE_DAY.sub("...", screen)


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
