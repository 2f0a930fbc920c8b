"""What every card is: a modal screen over a dimmed picture of the one below.

Textual dims by way of Rich, which costs most of the time between a key and the card; here the drawn lines
of the screen below are dimmed as they are. Knows no card.
"""

from functools import lru_cache
from typing import TypeVar

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

_Answer = TypeVar("_Answer")


class CardScreen(ModalScreen[_Answer]):
    """A modal that answers with `_Answer`."""

    def render(self) -> RenderableType | Visual:  # type: ignore[override]
        shown = super().render()
        return DimmedScreen(shown.screen, shown.color) if isinstance(shown, BackgroundScreen) else shown


class DimmedScreen(Visual):
    """The lines of a screen with `color`, which is translucent, over them; links and the like are gone."""

    def __init__(self, screen: Screen[object], color: Color) -> None:
        self._screen = screen
        self._color = color

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        lines = self._screen._compositor.render_strips()
        return [_dim_line(line, self._color).adjust_cell_length(width) for line in lines[:height]]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._screen.size.height


def _dim_line(line: Strip, color: Color) -> Strip:
    segments = [Segment(text, dim_style(style or RichStyle(), color)) for text, style, _ in line]
    return Strip(segments, line.cell_length)


@lru_cache(maxsize=1024)
def dim_style(style: RichStyle, color: Color) -> RichStyle:
    """The style below a translucent colour."""
    plain = style.clear_meta_and_links()
    over = [
        each and (Color.from_rich_color(each) + color).rich_color for each in (style.color, style.bgcolor)
    ]
    return plain + RichStyle.from_color(*over)
