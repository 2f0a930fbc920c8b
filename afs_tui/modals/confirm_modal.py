"""A question before something that can't be taken back; the safe answer has the focus.

With `typed` the person must write that word (a number of dollars, a name) before yes does anything.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from afs_tui.modals.card_screen import CardScreen


class ConfirmModal(CardScreen[bool]):
    """Dismisses with True for yes."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
        Binding("n", "answer(False)", "No"),
    ]

    def __init__(self, title: str, text: str, *, yes: str, typed: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._yes = yes
        self._typed = typed

    def compose(self) -> ComposeResult:
        with Vertical(classes="card") as card:
            card.border_title = self._title
            yield Static(Content(self._text))
            if self._typed:
                yield Static(Content.assemble("Type ", (self._typed, "bold $warning"), " to confirm"))
                yield Input(id="typed")
            with Horizontal(classes="buttons"):
                yield Button("No (esc)", id="no")
                yield Button(self._yes, id="yes", variant="warning", disabled=bool(self._typed))

    def on_mount(self) -> None:
        self.query_one("#typed" if self._typed else "#no").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#yes", Button).disabled = event.value.strip() != self._typed

    def on_input_submitted(self) -> None:
        self.action_answer(True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.action_answer(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:
        """Yes counts only once the word is written."""
        if is_yes and self.query_one("#yes", Button).disabled:
            return
        self.dismiss(is_yes)
