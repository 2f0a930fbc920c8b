"""The characters that charts, bars and sliders are drawn with, for the set of marks in use.

Braille and eighth blocks; plain blocks on a Linux console, whose font has no braille; ASCII. Knows no
widget and no colour.
"""

import os
from dataclasses import dataclass

from afs_tui.glyphs import ASCII, glyphs


@dataclass(frozen=True, slots=True)
class PlotGlyphs:
    """One set. `levels` and `parts` go from empty to full; every glyph is one cell wide."""

    levels: str
    """A cell filled from below."""
    fills: str
    """Fills that differ without colour: first, second, third."""
    bar: str
    """The part of a slider's track that is taken."""
    track: str
    knob: str
    line: str
    """A vertical line through a chart."""
    rule: str
    """A horizontal line."""
    pointer: str
    point: str
    cursor: str
    up: str
    down: str
    ellipsis: str
    times: str
    """Stands before a number of repeats."""
    dots: tuple[int, int]
    """Columns and rows of plot dots in one cell."""


BRAILLE_PLOTS = PlotGlyphs(
    levels=" ▁▂▃▄▅▆▇█",
    fills="█▒░",
    bar="━",
    track="─",
    knob="●",
    line="│",
    rule="─",
    pointer="▲",
    point="◆",
    cursor="▸",
    up="▲",
    down="▼",
    ellipsis="…",
    times="×",
    dots=(2, 4),
)
BLOCK_PLOTS = PlotGlyphs(
    levels=" ▄█",
    fills="█▒░",
    bar="=",
    track="─",
    knob="█",
    line="│",
    rule="─",
    pointer="^",
    point="o",
    cursor=">",
    up="^",
    down="v",
    ellipsis="~",
    times="x",
    dots=(2, 2),
)
ASCII_PLOTS = PlotGlyphs(
    levels=" .:#",
    fills="#=.",
    bar="=",
    track="-",
    knob="O",
    line="|",
    rule="-",
    pointer="^",
    point="o",
    cursor=">",
    up="^",
    down="v",
    ellipsis="~",
    times="x",
    dots=(1, 1),
)


def plot_glyphs() -> PlotGlyphs:
    """The set for this terminal and the marks in use."""
    if glyphs() is ASCII:
        return ASCII_PLOTS
    return BLOCK_PLOTS if os.environ.get("TERM") == "linux" else BRAILLE_PLOTS


def fill_level(share: float, levels: str) -> str:
    """The glyph of `levels` that is filled by `share` (0 to 1); anything above 0 is visible."""
    if share <= 0:
        return levels[0]
    return levels[max(1, min(len(levels) - 1, round(share * (len(levels) - 1))))]
