"""Linked sliders: one share a name, together 100 %, moved by keys, mouse or typing, lockable.

Every move gives a new `Shares`, so undo is going back to an old one. Beside each slider stand the facts it
is given: rows available, drawn, repeated, and whether this name limits the whole. The arithmetic of the
link is `models.shares`; how many rows a share draws is the engine's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.events import Key, MouseDown, MouseMove, MouseUp
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from afs_tui.cells import one_line, pad
from afs_tui.models.shares import PERCENT, WHOLE, Shares, set_ticks, share_equally, toggle_lock
from afs_tui.models.typed_number import TypedNumber
from afs_tui.plot_glyphs import plot_glyphs
from afs_tui.widgets.slider_columns import LOCK_CELLS, SHARE_CELLS, SliderColumns, SliderFacts

_HEAD_LINES = 1
_PLAIN = Style()
_LONGEST_NAME = 24


class BalanceSliders(ScrollView, can_focus=True):
    """Shows `Shares`; keys act on the chosen line."""

    HELP = (
        "Shares, together 100 %. Left and right move one, = types it exactly, l locks it, e makes all equal."
    )
    DEFAULT_CSS = """
    BalanceSliders { height: 1fr; min-width: 40; overflow-x: hidden; scrollbar-size-vertical: 1; }
    BalanceSliders > .balance-sliders--head { color: $text-muted; text-style: bold; }
    BalanceSliders > .balance-sliders--bar { color: $primary; }
    BalanceSliders > .balance-sliders--track { color: $text-muted; }
    BalanceSliders > .balance-sliders--limit { color: $warning; text-style: bold; }
    BalanceSliders > .balance-sliders--locked { color: $text-muted; }
    BalanceSliders > .balance-sliders--chosen { background: $surface; text-style: bold; }
    BalanceSliders:focus > .balance-sliders--chosen { background: $primary 30%; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "balance-sliders--ground",
        "balance-sliders--head",
        "balance-sliders--bar",
        "balance-sliders--track",
        "balance-sliders--limit",
        "balance-sliders--locked",
        "balance-sliders--chosen",
    }
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("up", "choose(-1)", "Slider above", show=False),
        Binding("down", "choose(1)", "Slider below", show=False),
        Binding("left", "move(-1)", "Less", show=False),
        Binding("right", "move(1)", "More", show=False),
        Binding("shift+left,pagedown", "move(-10)", "Less by 10", show=False),
        Binding("shift+right,pageup", "move(10)", "More by 10", show=False),
        Binding("comma", "move(-0.1)", "Less by 0.1", show=False),
        Binding("full_stop", "move(0.1)", "More by 0.1", show=False),
        Binding("home", "put(0)", "To 0", show=False),
        Binding("end", "put(100)", "As much as there is", show=False),
        Binding("l,space", "lock", "Lock", show=False),
        Binding("e", "equal", "Equal shares", show=False),
    ]

    shares: reactive[Shares | None] = reactive(None, init=False)
    typed: reactive[TypedNumber | None] = reactive(None, init=False)
    chosen: reactive[int] = reactive(0, init=False)

    @dataclass
    class Changed(Message):
        """The shares are others; during a drag the last ones count."""

        shares: Shares

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, BalanceSliders.Changed)

    @dataclass
    class Committed(Message):
        """A slider was let go of: what undo goes back to."""

        shares: Shares

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._facts: Mapping[str, SliderFacts] = {}
        self._is_dragged = False

    def show(self, shares: Shares, facts: Mapping[str, SliderFacts]) -> None:
        """Draws other shares and what they come to; nothing is posted."""
        self._facts = facts
        self.shares = shares
        self.chosen = min(self.chosen, max(0, len(shares.names) - 1))
        self.virtual_size = Size(0, len(shares.names) + _HEAD_LINES)
        self.refresh()

    @property
    def name_chosen(self) -> str | None:
        return self.shares.names[self.chosen] if self.shares and self.shares.names else None

    def action_choose(self, by: int) -> None:
        if self.shares and self.shares.names:
            self.typed = None
            self.chosen = min(max(self.chosen + by, 0), len(self.shares.names) - 1)
            top = self.chosen - (self.size.height - _HEAD_LINES) + 1
            self.scroll_to(
                y=max(top, min(self.scroll_offset.y, self.chosen)), animate=False, immediate=True, force=True
            )

    def action_move(self, percent: float) -> None:
        if self.shares and self.name_chosen:
            now = self.shares.ticks[self.chosen]
            self._put(now + round(percent * PERCENT))
            self._commit()

    def action_put(self, percent: float) -> None:
        self._put(round(percent * PERCENT))
        self._commit()

    def action_lock(self) -> None:
        if self.shares and self.name_chosen:
            self._set(toggle_lock(self.shares, self.name_chosen))
            self._commit()

    def action_equal(self) -> None:
        if self.shares:
            self._set(share_equally(self.shares))
            self._commit()

    def on_key(self, event: Key) -> None:
        """`=` and digits type an exact percentage; Enter puts the slider there, Escape leaves it."""
        typed = self.typed
        if typed is None and event.key == "equals_sign":
            self.typed = TypedNumber()
        elif typed is None or event.key in ("up", "down", "tab", "shift+tab"):
            self.typed = None
            return
        elif event.key == "enter":
            self.typed = None
            if typed.value is not None:
                self.action_put(typed.value)
        elif event.key == "escape":
            self.typed = None
        elif event.key == "backspace":
            self.typed = typed.erase()
        else:
            self.typed = typed.press(event.character or "?")
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        self.typed = None

    def on_mouse_down(self, event: MouseDown) -> None:
        place = event.y - self.gutter.top - _HEAD_LINES + self.scroll_offset.y
        if self.shares is None or event.y - self.gutter.top < _HEAD_LINES or place >= len(self.shares.names):
            return
        self.chosen = place
        layout = self._layout()
        x = event.x - self.gutter.left
        if layout.track_start <= x < layout.track_start + layout.track:
            self._is_dragged = True
            self.capture_mouse()
            self._drag_to(x)
        elif layout.lock_start <= x < layout.lock_start + LOCK_CELLS:
            self.action_lock()

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._is_dragged:
            self._drag_to(event.x - self.gutter.left)

    def on_mouse_up(self, _: MouseUp) -> None:
        if self._is_dragged:
            self._is_dragged = False
            self.release_mouse()
            self._commit()

    def render_line(self, y: int) -> Strip:
        layout = self._layout()
        if y < _HEAD_LINES:
            return self._head_line(layout)
        place = y - _HEAD_LINES + self.scroll_offset.y
        if self.shares is None or place >= len(self.shares.names):
            return Strip.blank(
                self.scrollable_content_region.width, self.get_component_rich_style("balance-sliders--ground")
            )
        return self._slider_line(place, self.shares, layout)

    def _put(self, ticks: int) -> None:
        if self.shares and self.name_chosen:
            self._set(set_ticks(self.shares, self.name_chosen, ticks))

    def _set(self, shares: Shares) -> None:
        self.shares = shares
        self.post_message(self.Changed(shares))

    def _commit(self) -> None:
        if self.shares:
            self.post_message(self.Committed(self.shares))

    def _drag_to(self, x: int) -> None:
        layout = self._layout()
        place = min(max((x - layout.track_start) / max(1, layout.track - 1), 0.0), 1.0)
        self._put(round(place * 100) * PERCENT)

    def _layout(self) -> SliderColumns:
        names = self.shares.names if self.shares else ()
        longest = max((len(name) for name in names), default=0) + 3
        return SliderColumns.fit(self.scrollable_content_region.width, min(longest, _LONGEST_NAME))

    def _head_line(self, layout: SliderColumns) -> Strip:
        style = self.get_component_rich_style("balance-sliders--head")
        return Strip([Segment(pad(layout.head, self.scrollable_content_region.width), style)])

    def _slider_line(self, place: int, shares: Shares, layout: SliderColumns) -> Strip:
        name = shares.names[place]
        is_chosen = place == self.chosen
        ground = self.get_component_rich_style(f"balance-sliders--{'chosen' if is_chosen else 'ground'}")
        mark = plot_glyphs().cursor if is_chosen else " "
        typed = self.typed if is_chosen else None
        percent = f"{typed.text}_ %" if typed else f"{shares.ticks[place] / PERCENT:.2f} %"
        locked = "  lock" if name in shares.locked else ""

        def mark_style(part: str) -> Style:
            return _PLAIN if is_chosen else self._part(part)  # no colour can be read on the chosen line's

        segments = [Segment(pad(mark + one_line(name, layout.name - 2), layout.name), ground)]
        segments += self._track(shares.ticks[place], layout.track)
        segments += [
            Segment(pad(percent, SHARE_CELLS, right=True), ground),
            Segment(pad(locked, LOCK_CELLS), ground + mark_style("locked")),
        ]
        if facts := self._facts.get(name):
            segments.append(Segment(layout.counts(facts), ground))
            segments.append(Segment(layout.limit(facts), ground + mark_style("limit")))
        return Strip(segments).adjust_cell_length(self.scrollable_content_region.width, ground)

    def _track(self, ticks: int, cells: int) -> list[Segment]:
        shown = plot_glyphs()
        knob = round(ticks / WHOLE * (cells - 1))
        bar, track = self._part("bar"), self._part("track")
        ground = self.get_component_rich_style("balance-sliders--ground")
        return [
            Segment(shown.bar * knob, ground + bar),
            Segment(shown.knob, ground + bar),
            Segment(shown.track * (cells - 1 - knob), ground + track),
        ]

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"balance-sliders--{name}", partial=True)
