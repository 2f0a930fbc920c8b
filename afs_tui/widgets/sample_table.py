"""A table of millions of rows: only the lines in view are drawn, and only pages near them are held.

It asks for pages by message and draws them when they come; it neither sorts nor filters, but says what a
person wants sorted. Memory does not grow with the number of rows.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from afs_tui.cells import one_line, pad
from afs_tui.plot_glyphs import plot_glyphs
from afs_tui.widgets.row_list import Column

PAGE_ROWS = 128
_MOST_PAGES = 16
_HEAD_LINES = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row as it stands in the data; `is_faint` for rows that are dropped (their mark says so, too)."""

    cells: tuple[str, ...]
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is the same for every line of one drawing: cells, the first row, the columns that are shown."""

    width: int
    top: int
    layout: list[tuple[int, Column, int]]


class SampleTable(ScrollView, can_focus=True):
    """Rows with a cursor. `show` starts over; `take_rows` answers `RowsWanted`."""

    HELP = "Samples. Up, down and the page keys move, enter opens one, s sorts, S turns the order around."
    DEFAULT_CSS = """
    SampleTable { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    SampleTable > .sample-table--head { color: $text-muted; text-style: bold; }
    SampleTable > .sample-table--faint { color: $text-muted; }
    SampleTable > .sample-table--cursor { background: $primary 22%; text-style: bold; }
    SampleTable:focus > .sample-table--cursor { background: $primary 45%; text-style: bold; }
    SampleTable:ansi > .sample-table--cursor { text-style: bold reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sample-table--ground",
        "sample-table--head",
        "sample-table--faint",
        "sample-table--cursor",
    }
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "move_to(0)", "First", show=False),
        Binding("end,G", "move_to(-1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
        Binding("s", "sort(1)", "Sort by the next column", show=False),
        Binding("S", "sort(0)", "Turn the order around", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class RowsWanted(Message):
        """Rows `start` to `start + count` are about to be seen; answer with `take_rows`."""

        table: "SampleTable"
        generation: int
        start: int
        count: int

    @dataclass
    class Chosen(Message):
        """Enter or a double click on a row."""

        row: int

    @dataclass
    class SortWanted(Message):
        """The rows shall be sorted by this column."""

        column: int
        is_descending: bool

    def __init__(self, columns: Sequence[Column], *, empty: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._empty = empty
        self._pages: OrderedDict[int, list[TableRow]] = OrderedDict()
        self._asked: set[int] = set()
        self._stale: dict[int, list[TableRow]] = {}  # drawn until the rows of a new order come
        self._sort: tuple[int, bool] | None = None
        self._frame = _Frame(0, 0, [])
        self._styles: dict[str, Style] = {}  # as long as the theme and the focus are what they are
        self.row_count = 0
        self.generation = 0

    def show(
        self, row_count: int, sort: tuple[int, bool] | None = None, *, keep_cursor: bool = False
    ) -> None:
        """Other rows from now on; `sort` is the column (and whether it descends) that they are sorted by."""
        self.generation += 1
        self._stale = dict(self._pages) if row_count == self.row_count else {}
        self._pages.clear()
        self._asked.clear()
        self._sort = sort
        self.row_count = row_count
        self.virtual_size = Size(0, row_count + _HEAD_LINES)
        if keep_cursor:
            self.cursor = min(self.cursor, max(0, row_count - 1))
        else:
            self.cursor = 0
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self._want_rows()
        if not self._stale:
            self.refresh()

    def take_rows(self, generation: int, start: int, rows: Sequence[TableRow]) -> None:
        """The answer to `RowsWanted`; one that is no longer wanted is ignored."""
        if generation != self.generation:
            return
        self._stale = {}
        for offset in range(0, len(rows), PAGE_ROWS):
            page = (start + offset) // PAGE_ROWS
            self._pages[page] = list(rows[offset : offset + PAGE_ROWS])
            self._asked.discard(page)
        while len(self._pages) > _MOST_PAGES:
            self._pages.popitem(last=False)
        top = round(self.scroll_offset.y)
        if start < top + self.size.height and top < start + len(rows):  # else fetched ahead
            self.refresh()

    def row_at(self, row: int) -> TableRow | None:
        """A row, if its page is held."""
        return _find(self._pages, row)

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, self.row_count - 1))

    def watch_cursor(self, _old: int, new: int) -> None:
        if self.row_count:
            height = max(1, self.size.height - _HEAD_LINES)
            top = round(self.scroll_offset.y)
            if not top <= new < top + height:
                goal = new if new < top else new - height + 1
                self.scroll_to(y=goal, animate=False, immediate=True, force=True)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._want_rows()

    def on_resize(self) -> None:
        self._want_rows()

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_page(self, by: int) -> None:
        self.cursor += by * max(1, self.size.height - _HEAD_LINES - 1)

    def action_move_to(self, row: int) -> None:
        self.cursor = row if row >= 0 else self.row_count - 1

    def action_choose(self) -> None:
        if self.row_count:
            self.post_message(self.Chosen(self.cursor))

    def action_sort(self, by: int) -> None:
        """By the next column, or with 0 the other way around."""
        column, is_descending = self._sort or (-1, False)
        if by:
            self.post_message(self.SortWanted((column + by) % len(self._columns), is_descending=False))
        else:
            self.post_message(self.SortWanted(max(column, 0), not is_descending))

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < _HEAD_LINES:
            self._sort_by_click(offset.x)
            return
        row = round(self.scroll_offset.y) + offset.y - _HEAD_LINES
        if row < self.row_count:
            self.cursor = row
            if event.chain == 2:
                self.action_choose()

    def render_lines(self, crop: Region) -> list[Strip]:
        width = self.scrollable_content_region.width
        self._frame = _Frame(width, round(self.scroll_offset.y), self._layout(width))
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        width, layout = self._frame.width, self._frame.layout
        if y < _HEAD_LINES:
            titles = [self._title(place) for place, _, _ in layout]
            return self._draw(titles, layout, self._part_style("head"), width)
        row = self._frame.top + y - _HEAD_LINES
        if row >= self.row_count:
            text = self._empty if y == _HEAD_LINES and not self.row_count else ""
            return Strip([Segment(pad(text, width), self._part_style("ground"))], width)
        held = self.row_at(row) or _find(self._stale, row)
        if held is None:
            waiting = pad(plot_glyphs().ellipsis, width)
            return Strip([Segment(waiting, self._row_style(row, is_faint=True))], width)
        return self._draw(
            [held.cells[place] for place, _, _ in layout], layout, self._row_style(row, held.is_faint), width
        )

    def _want_rows(self) -> None:
        """Asks for the pages in view and their neighbours that are not here yet."""
        if not self.row_count or not self.size.height:
            return
        top = round(self.scroll_target_y)
        first = max(0, top - PAGE_ROWS // 2) // PAGE_ROWS
        last = min(self.row_count - 1, top + self.size.height + PAGE_ROWS // 2) // PAGE_ROWS
        for page in range(first, last + 1):
            if page in self._pages:
                self._pages.move_to_end(page)
            elif page not in self._asked:
                self._asked.add(page)
                start = page * PAGE_ROWS
                rows = min(PAGE_ROWS, self.row_count - start)
                self.post_message(self.RowsWanted(self, self.generation, start, rows))

    def _layout(self, width: int) -> list[tuple[int, Column, int]]:
        """The columns that are shown: place, column, cells."""
        shown = [(place, column) for place, column in enumerate(self._columns) if column.from_width <= width]
        free = sum(column.width == 0 for _, column in shown)
        room = width - sum(column.width + 1 for _, column in shown) + 1
        return [(place, column, column.width or max(0, room // free)) for place, column in shown]

    def _title(self, place: int) -> str:
        title = self._columns[place].title
        if self._sort is None or self._sort[0] != place:
            return title
        return title + (plot_glyphs().down if self._sort[1] else plot_glyphs().up)

    def _draw(
        self, cells: Sequence[str], layout: list[tuple[int, Column, int]], style: Style, width: int
    ) -> Strip:
        text = " ".join(
            pad(one_line(cell, room), room, right=column.align == "right")
            for cell, (_, column, room) in zip(cells, layout, strict=True)
        )
        return Strip([Segment(pad(text, width), style)], width)

    def _row_style(self, row: int, is_faint: bool) -> Style:
        style = self._part_style("faint" if is_faint else "ground")
        return style + self._part_style("cursor") if row == self.cursor else style

    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()

    def _part_style(self, part: str) -> Style:
        if part not in self._styles:
            self._styles[part] = self.get_component_rich_style(f"sample-table--{part}")
        return self._styles[part]

    def _sort_by_click(self, x: int) -> None:
        left = 0
        for place, _, cells in self._layout(self.scrollable_content_region.width):
            if left <= x <= left + cells:
                is_again = self._sort is not None and self._sort[0] == place
                self.post_message(self.SortWanted(place, is_again and not (self._sort or (0, True))[1]))
                return
            left += cells + 1


def _find(pages: Mapping[int, list[TableRow]], row: int) -> TableRow | None:
    """A row, if its page is among these."""
    page = pages.get(row // PAGE_ROWS)
    place = row % PAGE_ROWS
    return page[place] if page is not None and place < len(page) else None
