"""How each domain is divided over the sides of a split, as stacked bars with counts.

Each side has a fill of its own, so the bars read without colour. Draws counts it is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from afs_tui.cells import one_line, pad
from afs_tui.format import show_count
from afs_tui.plot_glyphs import plot_glyphs

SIDES = ("train", "val", "test")
_COUNT_CELLS = 8
_LEAST_BAR = 12
_LONGEST_NAME = 24
_HEAD_LINES = 1


@dataclass(frozen=True, slots=True)
class SideCounts:
    """The rows of one domain on each side."""

    name: str
    train: int
    val: int
    test: int

    @property
    def parts(self) -> tuple[int, int, int]:
        return (self.train, self.val, self.test)


class SplitBars(ScrollView, can_focus=True):
    """A line a domain; the head names the sides and their fills."""

    HELP = "The rows of each domain on the three sides. A longer bar is a larger part of that domain."
    DEFAULT_CSS = """
    SplitBars { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    SplitBars > .split-bars--head { color: $text-muted; text-style: bold; }
    SplitBars > .split-bars--train { color: $primary; }
    SplitBars > .split-bars--val { color: $accent; }
    SplitBars > .split-bars--test { color: $success; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "split-bars--ground",
        "split-bars--head",
        *(f"split-bars--{side}" for side in SIDES),
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: tuple[SideCounts, ...] = ()

    def show(self, counts: Sequence[SideCounts]) -> None:
        """Draws other counts, in their order."""
        self._lines = tuple(counts)
        self.virtual_size = Size(0, len(self._lines) + _HEAD_LINES)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < _HEAD_LINES:
            return self._head_line(width)
        place = y - _HEAD_LINES + round(self.scroll_offset.y)
        if place >= len(self._lines):
            return Strip.blank(width, self.get_component_rich_style("split-bars--ground"))
        return self._domain_line(self._lines[place], width)

    def _cells(self, width: int) -> tuple[int, int]:
        """Cells of the name and of the bar."""
        free = max(2, width - len(SIDES) * _COUNT_CELLS - 1)
        longest = max((len(each.name) for each in self._lines), default=0) + 1
        name = min(_LONGEST_NAME, max(8, min(longest, free - _LEAST_BAR)))
        return name, max(0, free - name)

    def _head_line(self, width: int) -> Strip:
        name, bar = self._cells(width)
        head = self.get_component_rich_style("split-bars--head")
        segments = [Segment(pad("domain", name + bar), head)]
        for side, fill in zip(SIDES, plot_glyphs().fills, strict=True):
            style = self.get_component_rich_style(f"split-bars--{side}")
            segments.append(Segment(pad(f"{fill} {side}", _COUNT_CELLS, right=True), head + style))
        return Strip(segments).adjust_cell_length(width, head)

    def _domain_line(self, counts: SideCounts, width: int) -> Strip:
        name, bar = self._cells(width)
        ground = self.get_component_rich_style("split-bars--ground")
        segments = [Segment(pad(one_line(counts.name, name - 1), name), ground)]
        for side, fill, cells in zip(SIDES, plot_glyphs().fills, _stack(counts.parts, bar), strict=True):
            segments.append(Segment(fill * cells, self.get_component_rich_style(f"split-bars--{side}")))
        numbers = "".join(pad(show_count(part), _COUNT_CELLS, right=True) for part in counts.parts)
        segments.append(Segment(numbers, ground))
        return Strip(segments).adjust_cell_length(width, ground)


def _stack(parts: Sequence[int], cells: int) -> list[int]:
    """Cells of each part of a bar; together all cells, and a part that is not empty has at least one."""
    whole = sum(parts)
    if not whole:
        return [0] * len(parts)
    stacked = [max(1, round(cells * part / whole)) if part else 0 for part in parts]
    largest = stacked.index(max(stacked))
    stacked[largest] = max(0, stacked[largest] + cells - sum(stacked))
    return stacked
