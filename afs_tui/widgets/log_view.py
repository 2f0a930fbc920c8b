"""The end of a log, following it until one moves up; with search and a level filter.

Takes lines in batches and draws only those in view, so a thousand lines a second cost little. The lines
themselves are `models.log_lines`; where they come from is the screen's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from afs_tui.cells import one_line, pad
from afs_tui.format import show_count
from afs_tui.models.log_lines import LEVELS, LogEntry, LogLines

_SIDEWAYS = 20
_LEVEL_CELLS = 6
_SHORT = {"debug": "debug", "info": "", "warning": "warn", "error": "ERROR"}


class LogView(ScrollView, can_focus=True):
    """Shows a `LogLines`. `is_following` goes off with any move up and on at the end."""

    HELP = "A log. Moving up stops following, end follows again; n and N search on, v chooses the level."
    DEFAULT_CSS = """
    LogView { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    LogView > .log-view--debug { color: $text-muted; }
    LogView > .log-view--warning { color: $warning; }
    LogView > .log-view--error { color: $error; text-style: bold; }
    LogView > .log-view--found { text-style: reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log-view--debug",
        "log-view--info",
        "log-view--warning",
        "log-view--error",
        "log-view--found",
    }
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("up,k", "scroll_by(-1)", "Up", show=False),
        Binding("down,j", "scroll_by(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "first", "First line", show=False),
        Binding("end,G,f", "follow", "Follow", show=False),
        Binding("left", "sideways(-1)", "Left", show=False),
        Binding("right", "sideways(1)", "Right", show=False),
        Binding("n", "find(1)", "Next found", show=False),
        Binding("N", "find(-1)", "Found before", show=False),
        Binding("v", "next_level", "Level", show=False),
    ]

    is_following: reactive[bool] = reactive(True)
    level: reactive[str] = reactive(LEVELS[0])
    left: reactive[int] = reactive(0)

    @dataclass
    class StateChanged(Message):
        """Following, level or search is another; `LogView.state_text` says it."""

        log: "LogView"

    def __init__(self, *, capacity: int = 50_000, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.lines = LogLines(capacity)
        self._seen = 0
        self._wanted = ""
        self._found: int | None = None
        self._told = ""

    @property
    def state_text(self) -> str:
        """What the chip says: following or how much is new, the level, the search."""
        new = self.lines.added - self._seen
        parts = ["FOLLOW" if self.is_following else f"PAUSED, {show_count(new)} new"]
        if self.level != LEVELS[0]:
            parts.append(f"{self.level} and above")
        if self._wanted:
            parts.append("found" if self._found is not None else "not found")
        return ", ".join(parts)

    def write(self, lines: Sequence[tuple[str, str]]) -> None:
        """Adds lines as (level, text); give many at once."""
        view = self.lines.view(self.level)
        dropped = view.dropped
        self.lines.extend(lines)
        gone = view.dropped - dropped
        self._resize_to_lines()
        if self.is_following:
            self._scroll_to_end()
        elif gone:
            self.scroll_to(y=max(0, self.scroll_offset.y - gone), animate=False, immediate=True, force=True)
            self._found = self._found - gone if self._found is not None and self._found >= gone else None
        self.refresh()
        self._tell()

    def clear(self) -> None:
        """Forgets everything."""
        self.lines = LogLines(self.lines.capacity)
        self._seen, self._found = 0, None
        self._resize_to_lines()
        self.refresh()

    def search(self, text: str) -> None:
        """Goes to the nearest line above with `text`; "" ends the search."""
        self._wanted = text
        self._found = None
        if text:
            self._go_to_found(round(self.scroll_offset.y) + self.size.height - 1, -1)
        self.refresh()
        self._tell()

    def action_find(self, step: int) -> None:
        if self._wanted:
            start = self._found + step if self._found is not None else round(self.scroll_offset.y)
            self._go_to_found(start, step)
            self._tell()

    def action_next_level(self) -> None:
        self.level = LEVELS[(LEVELS.index(self.level) + 1) % len(LEVELS)]

    def action_follow(self) -> None:
        self.is_following = True

    def action_first(self) -> None:
        self._move_to(0)

    def action_scroll_by(self, by: int) -> None:
        self._move_to(round(self.scroll_offset.y) + by)

    def action_page(self, by: int) -> None:
        self._move_to(round(self.scroll_offset.y) + by * max(1, self.size.height - 1))

    def action_sideways(self, by: int) -> None:
        self.left = max(0, self.left + by * _SIDEWAYS)

    def on_mouse_scroll_up(self) -> None:
        self._pause()

    def watch_is_following(self, is_following: bool) -> None:
        self._seen = self.lines.added
        if is_following:
            self._scroll_to_end()
        self._tell()

    def watch_level(self) -> None:
        self._found = None
        self._resize_to_lines()
        self._scroll_to_end()
        self.refresh()
        self._tell()

    def on_resize(self) -> None:
        if self.is_following:
            self._scroll_to_end()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        view = self.lines.view(self.level)
        place = round(self.scroll_offset.y) + y
        if place >= len(view):
            return Strip.blank(width, self.get_component_rich_style("log-view--info"))
        return self._entry_line(view.entry(place), place, width)

    def _entry_line(self, entry: LogEntry, place: int, width: int) -> Strip:
        style = self.get_component_rich_style(f"log-view--{entry.level}")
        if place == self._found:
            style += self.get_component_rich_style("log-view--found", partial=True)
        room = max(0, width - _LEVEL_CELLS)
        text = entry.text[self.left : self.left + room * 4 + 1] if self.left else entry.text
        mark = Segment(pad(_SHORT[entry.level], _LEVEL_CELLS), style)
        return Strip([mark, *self._found_in(one_line(text, room), style)]).adjust_cell_length(width, style)

    def _found_in(self, text: str, style: Style) -> list[Segment]:
        """The line, with what is searched for set apart."""
        start = text.casefold().find(self._wanted.casefold()) if self._wanted else -1
        if start < 0:
            return [Segment(text, style)]
        end = start + len(self._wanted)
        found = style + self.get_component_rich_style("log-view--found", partial=True)
        return [Segment(text[:start], style), Segment(text[start:end], found), Segment(text[end:], style)]

    def _go_to_found(self, start: int, step: int) -> None:
        view = self.lines.view(self.level)
        self._found = view.find(self._wanted, min(max(start, -1), len(view)), step)
        if self._found is not None:
            self.is_following = False
            self.scroll_to(
                y=max(0, self._found - self.size.height // 2), animate=False, immediate=True, force=True
            )
        self.refresh()

    def _move_to(self, y: int) -> None:
        end = max(0, len(self.lines.view(self.level)) - self.size.height)
        if y >= end:
            self.is_following = True
        else:
            self._pause()
        self.scroll_to(y=min(max(y, 0), end), animate=False, immediate=True, force=True)

    def _pause(self) -> None:
        if len(self.lines.view(self.level)) > self.size.height:
            self.is_following = False

    def _resize_to_lines(self) -> None:
        """Tells how far one can scroll; lays the screen out anew only when the scrollbar comes or goes."""
        size = Size(0, len(self.lines.view(self.level)))
        if self.show_vertical_scrollbar and size.height > self.container_size.height:
            self.set_reactive(LogView.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def _scroll_to_end(self) -> None:
        end = len(self.lines.view(self.level)) - self.size.height
        self.scroll_to(y=max(0, end), animate=False, immediate=True, force=True)

    def _tell(self) -> None:
        if self.state_text != self._told:
            self._told = self.state_text
            self.post_message(self.StateChanged(self))
