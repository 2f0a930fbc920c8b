"""A table of up to a few thousand rows with a cursor: stages, sources, experiments, offers.

Draws only the lines in view. Rows are given whole, as cells of content; the table neither sorts nor
filters. For millions of rows there is the sample table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

Cell = Content | str


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in cells; 0 takes the room that is left. Hidden below `from_width` cells of the table."""

    title: str
    width: int = 0
    align: Literal["left", "right"] = "left"
    from_width: int = 0


class RowList(ScrollView, can_focus=True):
    """Rows with a cursor; up, down, page keys, home, end, wheel and click move it."""

    HELP = "A list. Up and down move, enter opens, a click chooses."
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--header", "row-list--cursor", "row-list--row"}
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "move_to(0)", "First", show=False),
        Binding("end,G", "move_to(-1)", "Last", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Moved(Message):
        """The cursor stands on another row."""

        row_list: "RowList"
        row: int

        @property
        def control(self) -> "RowList":
            return self.row_list

    @dataclass
    class Chosen(Message):
        """Enter or a double click on a row."""

        row_list: "RowList"
        row: int

        @property
        def control(self) -> "RowList":
            return self.row_list

    def __init__(self, columns: Sequence[Column], *, id: str | None = None, empty: str = "") -> None:  # noqa: A002
        super().__init__(id=id)
        self._columns = list(columns)
        self._rows: list[Sequence[Cell]] = []
        self._empty = empty

    @property
    def row_count(self) -> int:
        return len(self._rows)

    def show_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Takes new rows; the cursor stays at its place as far as there are rows."""
        self._rows = list(rows)
        self.virtual_size = Size(0, len(self._rows) + 1)
        self.cursor = max(0, min(self.cursor, len(self._rows) - 1))
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        if self._rows:
            self._scroll_to_cursor()
            self.post_message(self.Moved(self, new))
        self.refresh()

    def _scroll_to_cursor(self) -> None:
        height = max(1, self.size.height - 1)
        top = round(self.scroll_offset.y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_page(self, by: int) -> None:
        self.cursor += by * max(1, self.size.height - 2)

    def action_move_to(self, row: int) -> None:
        self.cursor = row if row >= 0 else len(self._rows) - 1

    def action_choose(self) -> None:
        if self._rows:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y == 0:
            return
        row = round(self.scroll_offset.y) + offset.y - 1
        if row < len(self._rows):
            self.cursor = row
            if event.chain == 2:
                self.action_choose()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y == 0:
            return self._strip([column.title for column in self._columns], "row-list--header", width)
        row = round(self.scroll_offset.y) + y - 1
        if row >= len(self._rows):
            text = self._empty if y == 1 and not self._rows else ""
            return self._draw(Content.styled(text, "$foreground-muted"), "row-list--row", width)
        is_cursor = row == self.cursor
        part = "row-list--cursor" if is_cursor else "row-list--row"
        return self._strip(self._rows[row], part, width)

    def _strip(self, cells: Sequence[Cell], part: str, width: int) -> Strip:
        shown = [
            (column, cell)
            for column, cell in zip(self._columns, cells, strict=True)
            if column.from_width <= width
        ]
        fixed = sum(column.width + 1 for column, _ in shown) - 1
        free = sum(column.width == 0 for column, _ in shown)
        room = max(0, width - fixed) // free if free else 0
        parts = [_fit(cell, column, column.width or room) for column, cell in shown]
        line = Content(" ").join(parts)
        if part == "row-list--cursor":
            line = line.stylize("$foreground")  # no other colour can be read on the cursor's
        return self._draw(line, part, width)

    def _draw(self, content: Content, part: str, width: int) -> Strip:
        style = self.get_visual_style("row-list--row", part)
        line = content.truncate(width, pad=True)
        strips = Visual.to_strips(self, line, width, 1, style, pad=True)
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self.refresh()


def _fit(cell: Cell, column: Column, width: int) -> Content:
    content = cell if isinstance(cell, Content) else Content(cell)
    if column.align == "right" and content.cell_length < width:
        return content.pad_left(width - content.cell_length)
    return content.truncate(width, ellipsis=True, pad=True)
