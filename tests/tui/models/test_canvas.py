"""Dots become cells: the right glyph, the right layer, nothing outside."""

import pytest

from afs_tui.models.canvas import Canvas
from afs_tui.plot_glyphs import ASCII_PLOTS, BLOCK_PLOTS, BRAILLE_PLOTS, PlotGlyphs


def text(canvas: Canvas) -> list[str]:
    return ["".join(run for run, _ in canvas.line(row)) for row in range(canvas.height)]


@pytest.mark.parametrize(("glyphs", "shown"), [(BRAILLE_PLOTS, "⠁"), (BLOCK_PLOTS, "▘"), (ASCII_PLOTS, "*")])
def test_the_first_dot_is_the_top_left(glyphs: PlotGlyphs, shown: str) -> None:
    canvas = Canvas(2, 1, glyphs)
    canvas.dot(0, 0, 0)
    assert text(canvas) == [shown + " "]


@pytest.mark.parametrize(("glyphs", "full"), [(BRAILLE_PLOTS, "⣿"), (BLOCK_PLOTS, "█"), (ASCII_PLOTS, "*")])
def test_all_dots_fill_every_cell(glyphs: PlotGlyphs, full: str) -> None:
    canvas = Canvas(3, 2, glyphs)
    for x in range(canvas.columns):
        canvas.column(x, -5, canvas.rows + 5, 0)
    assert text(canvas) == [full * 3] * 2


def test_dots_outside_are_ignored() -> None:
    canvas = Canvas(1, 1, BRAILLE_PLOTS)
    for x, y in [(-1, 0), (0, -1), (2, 0), (0, 4)]:
        canvas.dot(x, y, 0)
        canvas.mark(x, y, "o", 0)
    assert text(canvas) == [" "]


def test_a_cell_belongs_to_the_layer_drawn_last_and_runs_are_joined() -> None:
    canvas = Canvas(3, 1, ASCII_PLOTS)
    canvas.dot(0, 0, 0)
    canvas.dot(1, 0, 0)
    canvas.mark(1, 0, "o", 1)
    assert canvas.line(0) == [("*", 0), ("o", 1), (" ", -1)]
