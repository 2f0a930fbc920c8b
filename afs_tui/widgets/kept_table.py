"""Kept and dropped samples by group, as bars with counts, beside a threshold.

Draws counts it is given (`models.thresholds.Kept`), a line a group, the sum first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from afs_tui.cells import one_line, pad
from afs_tui.format import show_count
from afs_tui.models.thresholds import Kept, total_kept
from afs_tui.plot_glyphs import plot_glyphs

_WIDE = 48
_LONGEST_NAME = 26
_HEAD_LINES = 1


class KeptTable(ScrollView, can_focus=True):
    """One group can be chosen; the first line, all groups, is group None."""

    HELP = "Samples kept and dropped by the threshold. Up and down choose whose scores are drawn."
    DEFAULT_CSS = """
    KeptTable { height: 1fr; min-width: 30; overflow-x: hidden; scrollbar-size-vertical: 1; }
    KeptTable > .kept-table--head { color: $text-muted; text-style: bold; }
    KeptTable > .kept-table--kept { color: $success; }
    KeptTable > .kept-table--dropped { color: $text-muted; }
    KeptTable > .kept-table--chosen { text-style: bold; background: $surface; }
    KeptTable:focus > .kept-table--chosen { text-style: bold; background: $primary 30%; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "kept-table--ground",
        "kept-table--head",
        "kept-table--kept",
        "kept-table--dropped",
        "kept-table--chosen",
    }
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("up", "choose(-1)", "Group above", show=False),
        Binding("down", "choose(1)", "Group below", show=False),
    ]

    @dataclass
    class GroupChosen(Message):
        """None stands for all groups."""

        group: str | None

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._lines: list[Kept] = []
        self._chosen = 0
        self.head = "domain"
        """What the groups are."""

    def show(self, counts: Sequence[Kept]) -> None:
        """Draws other counts; the chosen line stays."""
        lines = [total_kept(counts), *counts]
        if lines == self._lines:
            return
        self._lines = lines
        self._chosen = min(self._chosen, len(self._lines) - 1)
        self.virtual_size = Size(0, len(self._lines) + _HEAD_LINES)
        self.refresh()

    @property
    def group(self) -> str | None:
        return self._lines[self._chosen].name if self._chosen else None

    def action_choose(self, by: int) -> None:
        self._choose(self._chosen + by)

    def on_click(self, event: Click) -> None:
        place = event.y + self.scroll_offset.y - _HEAD_LINES
        if event.y >= _HEAD_LINES and 0 <= place < len(self._lines):
            self._choose(place)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < _HEAD_LINES:
            head = self._columns(width, self.head, "", ("kept", "dropped"))
            return Strip([Segment(head, self.get_component_rich_style("kept-table--head"))], width)
        place = y - _HEAD_LINES + self.scroll_offset.y
        if place >= len(self._lines):
            return Strip.blank(width, self.get_component_rich_style("kept-table--ground"))
        return self._group_line(place, width)

    def _choose(self, place: int) -> None:
        if self._lines:
            self._chosen = min(max(place, 0), len(self._lines) - 1)
            top = self._chosen - (self.size.height - _HEAD_LINES) + 1
            self.scroll_to(
                y=max(top, min(self.scroll_offset.y, self._chosen)), animate=False, immediate=True, force=True
            )
            self.refresh()
            self.post_message(self.GroupChosen(self.group))

    def _group_line(self, place: int, width: int) -> Strip:
        kept = self._lines[place]
        is_chosen = place == self._chosen
        mark = plot_glyphs().cursor if is_chosen else " "
        dropped = kept.below + kept.unscored
        numbers = (show_count(kept.kept), show_count(dropped))
        ground = self.get_component_rich_style(f"kept-table--{'chosen' if is_chosen else 'ground'}")
        bar = ground + self.get_component_rich_style("kept-table--kept", partial=True)
        rest = ground + self.get_component_rich_style("kept-table--dropped", partial=True)
        name_cells, bar_cells = self._cells(width)
        full = round(bar_cells * kept.kept / kept.rows) if kept.rows else 0
        return Strip(
            [
                Segment(pad(mark + one_line(kept.name, name_cells - 2), name_cells), ground),
                Segment(plot_glyphs().fills[0] * full, bar),
                Segment(plot_glyphs().fills[2] * (bar_cells - full), rest),
                Segment("".join(pad(number, _number_cells(width), right=True) for number in numbers), ground),
            ],
            width,
        ).adjust_cell_length(width, ground)

    def _columns(self, width: int, name: str, bar: str, numbers: tuple[str, str]) -> str:
        name_cells, bar_cells = self._cells(width)
        right = "".join(pad(number, _number_cells(width), right=True) for number in numbers)
        return pad(pad(" " + name, name_cells) + pad(bar, bar_cells) + right, width)

    def _cells(self, width: int) -> tuple[int, int]:
        """Cells of the name and of the bar."""
        free = max(2, width - 2 * _number_cells(width))
        name = min(_LONGEST_NAME, max(free - 8, free // 2)) if free >= 20 else free
        return name, free - name


def _number_cells(width: int) -> int:
    return 10 if width >= _WIDE else 8
