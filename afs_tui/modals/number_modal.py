"""A card that asks for one whole number; empty means "none"."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from afs_tui.modals.card_screen import CardScreen


class NumberModal(CardScreen[int | None]):
    """Dismisses with the number, 0 for "none", or None when it is given up."""

    BINDINGS: ClassVar[list[Binding]] = [Binding("escape", "dismiss(None)", "Give up")]  # type: ignore[assignment]

    def __init__(self, title: str, value: int | None, text: str) -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="card") as card:
            card.border_title = self._title
            card.border_subtitle = "enter take   esc give up"
            yield Static(self._text, markup=False)
            yield Input("" if self._value is None else str(self._value), type="integer", max_length=12)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if not event.value or event.value.isdecimal():
            self.dismiss(int(event.value or 0))
