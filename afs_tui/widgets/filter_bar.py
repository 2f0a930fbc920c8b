"""A line to filter a list with: the list follows while one types, Escape restores what was there.

Owns the text and when it is announced; what a filter means is the screen's.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

_SETTLE_SECONDS = 0.12


class FilterBar(Horizontal):
    """Hidden until `open`; stays visible while a filter is in force."""

    DEFAULT_CSS = """
    FilterBar { height: 1; display: none; }
    FilterBar.-in-force, FilterBar.-open { display: block; }
    FilterBar Static { width: auto; color: $accent; padding: 0 1 0 0; }
    FilterBar Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
    FilterBar .filter-bar--found { color: $text-muted; padding: 0 0 0 1; }
    """
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape", "leave", "Restore", show=False),
    ]

    @dataclass
    class Changed(Message):
        """The list shall show what matches `text`; "" is everything."""

        text: str

    @dataclass
    class Closed(Message):
        """Typing is over; the list should have the focus again."""

    def __init__(self, placeholder: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._placeholder = placeholder
        self._before = ""
        self._found = ""
        self._settling: Timer | None = None
        self.text = ""
        """The filter in force."""

    def compose(self) -> ComposeResult:
        yield Static("/", markup=False)
        yield Input(placeholder=self._placeholder, compact=True)
        yield Static("", classes="filter-bar--found", markup=False)

    def open(self) -> None:
        """Starts typing, with the filter in force as the text."""
        self._before = self.text
        self.add_class("-open")
        self.styles.display = "block"  # now, not at the next look at the styles: the next key is text
        self.screen.set_focus(self.query_one(Input))

    def show_found(self, text: str) -> None:
        """How much the filter finds, or what is wrong with it."""
        if text != self._found:
            self._found = text
            self.query_one(".filter-bar--found", Static).update(Content(text))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLE_SECONDS, self._announce)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._announce()
        self._close()

    def action_leave(self) -> None:
        """Back to the filter that was in force before."""
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = self._before
        self._announce()
        self._close()

    def _announce(self) -> None:
        if self._settling is not None:
            self._settling.stop()
            self._settling = None
        text = self.query_one(Input).value
        if text != self.text:
            self.text = text
            self.set_class(bool(text), "-in-force")
            self.post_message(self.Changed(text))

    def _close(self) -> None:
        self.remove_class("-open")
        self.styles.clear_rule("display")
        self.post_message(self.Closed())
