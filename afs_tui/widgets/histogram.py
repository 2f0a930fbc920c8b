"""Scores as a histogram with a threshold that is moved by keys, mouse or typing.

Draws bins it is given; what is left of the line has another fill than what is right of it, so the picture
reads without colour. Says where the line stands; counting what it keeps is `models.thresholds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.events import Key, MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from afs_tui.cells import cut, pad
from afs_tui.models.typed_number import TypedNumber
from afs_tui.plot_glyphs import plot_glyphs

_STEP = 0.01
_FOOT_LINES = 2
_LABELS = ("0.0", "0.25", "0.5", "0.75", "1.0")


class Histogram(Widget, can_focus=True):
    """Bins over 0 to 1 (or what `labels` say). `threshold` None: no line, everything is kept."""

    HELP = "Scores from 0 to 1. Left and right move the threshold, = types it, delete takes it away."
    DEFAULT_CSS = """
    Histogram { height: 1fr; min-height: 5; min-width: 20; }
    Histogram > .histogram--kept { color: $success; }
    Histogram > .histogram--below { color: $text-muted; }
    Histogram > .histogram--line { color: $accent; text-style: bold; }
    Histogram > .histogram--axis { color: $text-muted; }
    Histogram:focus > .histogram--line { color: $accent; text-style: bold reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "histogram--kept",
        "histogram--below",
        "histogram--line",
        "histogram--axis",
    }
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("left", "move(-0.01)", "Lower", show=False),
        Binding("right", "move(0.01)", "Raise", show=False),
        Binding("shift+left,pagedown", "move(-0.1)", "Lower by 0.1", show=False),
        Binding("shift+right,pageup", "move(0.1)", "Raise by 0.1", show=False),
        Binding("comma", "move(-0.001)", "Lower by 0.001", show=False),
        Binding("full_stop", "move(0.001)", "Raise by 0.001", show=False),
        Binding("home", "put(0.0)", "To 0", show=False),
        Binding("end", "put(1.0)", "To 1", show=False),
        Binding("delete,backspace", "clear", "No threshold", show=False),
    ]

    bins: reactive[tuple[int, ...]] = reactive((), init=False)
    threshold: reactive[float | None] = reactive(None, init=False)
    typed: reactive[TypedNumber | None] = reactive(None, init=False)

    @dataclass
    class Changed(Message):
        """The line is somewhere else; during a drag the last place counts."""

        histogram: "Histogram"
        threshold: float | None

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Histogram.Changed)

    @dataclass
    class Committed(Message):
        """The line was let go of: what undo goes back to."""

        histogram: "Histogram"
        threshold: float | None

    @dataclass
    class WidthChanged(Message):
        """There is room for another number of bins."""

        histogram: "Histogram"
        columns: int

    def __init__(
        self,
        *,
        movable: bool = True,
        labels: Sequence[str] = _LABELS,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.movable = movable
        self.labels = tuple(labels)
        """What stands under the bins, from the left edge to the right one."""
        self._is_dragged = False
        self._columns = 0
        self._heights: list[float] = []
        self._tall_of: tuple[tuple[int, ...], int] = ((), 0)

    def show(self, bins: Sequence[int], threshold: float | None) -> None:
        """Draws other scores; nothing is posted."""
        self.bins = tuple(bins)
        self.threshold = threshold

    def on_resize(self) -> None:
        if self.size.width != self._columns:
            self._columns = self.size.width
            self.post_message(self.WidthChanged(self, self._columns))

    def action_move(self, by: float) -> None:
        start = 0.0 if self.threshold is None else self.threshold
        self._put(round(start + by, 4))
        self._commit()

    def action_put(self, at: float) -> None:
        self._put(at)
        self._commit()

    def action_clear(self) -> None:
        if self.movable and self.typed is None:
            self._put(None)
            self._commit()

    def on_key(self, event: Key) -> None:
        """`=` and digits type a threshold, 0.42 or 42 %; Enter puts the line there, Escape leaves it."""
        if not self.movable:
            return
        typed = self.typed
        if typed is None and event.key == "equals_sign":
            self.typed = TypedNumber()
        elif typed is None:
            return
        elif event.key == "enter":
            self.typed = None
            if typed.value is not None:
                self.action_put(typed.value if typed.value <= 1 else typed.value / 100)
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
        if self.movable and self.size.width:
            self._is_dragged = True
            self.capture_mouse()
            self._put(self._value_at(event.x - self.gutter.left))

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._is_dragged:
            self._put(self._value_at(event.x - self.gutter.left))

    def on_mouse_up(self, _: MouseUp) -> None:
        if self._is_dragged:
            self._is_dragged = False
            self.release_mouse()
            self._commit()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_move(_STEP)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_move(-_STEP)

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        bars = max(1, height - _FOOT_LINES)
        if y < bars:
            return self._bar_line(bars, y, width)
        return self._axis_line(width) if y == bars else self._label_line(width)

    def _put(self, at: float | None) -> None:
        if not self.movable:
            return
        self.threshold = None if at is None else min(max(at, 0.0), 1.0)
        self.post_message(self.Changed(self, self.threshold))

    def _commit(self) -> None:
        if self.movable:
            self.post_message(self.Committed(self, self.threshold))

    def _value_at(self, x: int) -> float:
        return round(min(max(x / max(1, self.size.width), 0.0), 1.0), 3)

    def _line_column(self, width: int) -> int | None:
        return None if self.threshold is None else min(width - 1, int(self.threshold * width))

    def _bar_line(self, height: int, y: int, width: int) -> Strip:
        if not self.bins:
            return Strip.blank(width, self.rich_style)
        line = self._line_column(width)
        glyphs, is_ground, floor = plot_glyphs(), y == height - 1, height - 1 - y
        shares = [tall * height - floor for tall in self._tall(width)]
        split = line or 0
        least = 0.0 if is_ground else 0.5
        below = "".join([glyphs.fills[1] if share > least else " " for share in shares[:split]])
        kept = "".join([_level(share, glyphs.levels, is_ground=is_ground) for share in shares[split:]])
        return self._with_line(below + kept, line, width)

    def _tall(self, width: int) -> list[float]:
        """How tall each column is, as a share of the tallest."""
        bins = self.bins
        if self._tall_of != (bins, width):
            most = max(bins) or 1
            self._heights = [bins[column * len(bins) // width] / most for column in range(width)]
            self._tall_of = (bins, width)
        return self._heights

    def _with_line(self, text: str, line: int | None, width: int) -> Strip:
        kept = self.get_component_rich_style("histogram--kept")
        if line is None:
            return Strip([Segment(text, kept)], width)
        below = self.get_component_rich_style("histogram--below")
        mark = self.get_component_rich_style("histogram--line")
        middle = Segment(plot_glyphs().line, mark)
        return Strip([Segment(text[:line], below), middle, Segment(text[line + 1 :], kept)], width)

    def _axis_line(self, width: int) -> Strip:
        axis = self.get_component_rich_style("histogram--axis")
        rule = plot_glyphs().rule * width
        line = self._line_column(width)
        if line is None:
            return Strip([Segment(rule, axis)], width)
        mark = self.get_component_rich_style("histogram--line")
        return Strip(
            [
                Segment(rule[:line], axis),
                Segment(plot_glyphs().pointer, mark),
                Segment(rule[line + 1 :], axis),
            ],
            width,
        )

    def _label_line(self, width: int) -> Strip:
        axis = self.get_component_rich_style("histogram--axis")
        if self.typed is not None:
            text = cut(f"threshold {self.typed.text}_  Enter sets it, Esc leaves it", width)
            return Strip([Segment(pad(text, width), self.get_component_rich_style("histogram--line"))], width)
        labels = self.labels if width >= 8 * len(self.labels) else (self.labels[0], self.labels[-1])
        return Strip([Segment(_spread(labels, width), axis)], width)


def _level(share: float, levels: str, *, is_ground: bool) -> str:
    if share >= 1:
        return levels[-1]
    step = round(share * (len(levels) - 1))
    return levels[max(step, 1 if is_ground and share > 0 else 0)]


def _spread(labels: Sequence[str], width: int) -> str:
    """Labels at equal distances, the last one ending at the right edge."""
    line = [" "] * width
    for place, text in enumerate(labels):
        start = min(int(place * width / (len(labels) - 1)), width - len(text))
        line[start : start + len(text)] = text
    return "".join(line[:width])
