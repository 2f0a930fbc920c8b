"""One share from 0 to below 100 % on a line: moved by keys, mouse or typing.

Knows nothing of what the share is of; `note` is what its owner wants to stand behind it.
"""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.events import Key, MouseDown, MouseMove, MouseUp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from afs_tui.cells import one_line, pad
from afs_tui.models.typed_number import TypedNumber
from afs_tui.plot_glyphs import plot_glyphs

_VALUE_CELLS = 10
_MOST = 0.99


class ShareSlider(Widget, can_focus=True):
    """`value` None: there is nothing to set; the note says why."""

    HELP = "A share. Left and right move it by one percent, page keys by ten, = types it exactly."
    DEFAULT_CSS = """
    ShareSlider { height: 1; }
    ShareSlider > .share-slider--bar { color: $primary; }
    ShareSlider > .share-slider--track { color: $text-muted; }
    ShareSlider > .share-slider--note { color: $text-muted; }
    ShareSlider:focus > .share-slider--label { text-style: bold reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"share-slider--{part}" for part in ("ground", "bar", "track", "note", "label")
    }
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("left", "move(-0.01)", "Less", show=False),
        Binding("right", "move(0.01)", "More", show=False),
        Binding("shift+left,pagedown", "move(-0.1)", "Less by 10", show=False),
        Binding("shift+right,pageup", "move(0.1)", "More by 10", show=False),
        Binding("home", "put(0.0)", "To 0", show=False),
    ]

    value: reactive[float | None] = reactive(None)
    note: reactive[str] = reactive("")
    typed: reactive[TypedNumber | None] = reactive(None)

    @dataclass
    class Changed(Message):
        """The share is another; during a drag the last one counts."""

        value: float

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ShareSlider.Changed)

    @dataclass
    class Committed(Message):
        """The slider was let go of."""

        value: float

    def __init__(self, label: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._label = label
        self._is_dragged = False

    def action_move(self, by: float) -> None:
        if self.value is not None:
            self.action_put(round(self.value + by, 4))

    def action_put(self, value: float) -> None:
        self._put(value)
        self._commit()

    def on_key(self, event: Key) -> None:
        """`=` and digits type an exact percentage; Enter puts the slider there, Escape leaves it."""
        typed = self.typed
        if typed is None and (event.key != "equals_sign" or self.value is None):
            return
        if typed is None:
            self.typed = TypedNumber()
        elif event.key in ("enter", "escape"):
            self.typed = None
            if event.key == "enter" and typed.value is not None:
                self.action_put(round(typed.value / 100, 4))
        else:
            self.typed = typed.erase() if event.key == "backspace" else typed.press(event.character or "?")
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        self.typed = None

    def on_mouse_down(self, event: MouseDown) -> None:
        if self.value is not None and self._place_of(event.x) is not None:
            self._is_dragged = True
            self.capture_mouse()
            self._drag_to(event.x)

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._is_dragged:
            self._drag_to(event.x)

    def on_mouse_up(self, _: MouseUp) -> None:
        if self._is_dragged:
            self._is_dragged = False
            self.release_mouse()
            self._commit()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y:
            return Strip.blank(width, self.get_component_rich_style("share-slider--ground"))
        label, track = self._cells()
        shown = "" if self.value is None else f"{100 * self.value:.1f} %"
        text = f"{self.typed.text}_ %" if self.typed is not None else shown
        segments = [
            Segment(pad(self._label, label), self.get_component_rich_style("share-slider--label")),
            *self._track(track),
            Segment(
                pad(text, _VALUE_CELLS, right=True), self.get_component_rich_style("share-slider--ground")
            ),
            Segment("  " + one_line(self.note, width), self.get_component_rich_style("share-slider--note")),
        ]
        return Strip(segments).adjust_cell_length(
            width, self.get_component_rich_style("share-slider--ground")
        )

    def _track(self, cells: int) -> list[Segment]:
        if self.value is None:
            return []
        shown = plot_glyphs()
        knob = round(self.value * (cells - 1))
        bar = self.get_component_rich_style("share-slider--bar")
        track = self.get_component_rich_style("share-slider--track")
        return [Segment(shown.bar * knob + shown.knob, bar), Segment(shown.track * (cells - 1 - knob), track)]

    def _cells(self) -> tuple[int, int]:
        """Cells of the label and of the track."""
        label = len(self._label) + 2
        return label, max(8, min(40, self.size.width - label - _VALUE_CELLS - len(self.note) - 2))

    def _place_of(self, x: int) -> float | None:
        label, track = self._cells()
        place = x - self.gutter.left - label
        return place / max(1, track - 1) if 0 <= place < track else None

    def _drag_to(self, x: int) -> None:
        label, track = self._cells()
        place = (x - self.gutter.left - label) / max(1, track - 1)
        self._put(round(min(max(place, 0.0), 1.0), 2))

    def _put(self, value: float) -> None:
        if self.value is not None:
            self.value = min(max(value, 0.0), _MOST)
            self.post_message(self.Changed(self.value))

    def _commit(self) -> None:
        if self.value is not None:
            self.post_message(self.Committed(self.value))
