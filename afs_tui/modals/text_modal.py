"""The recipe's text, to edit by hand; it is taken as one step of undo."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import TextArea

from afs_tui.modals.card_screen import CardScreen


class TextModal(CardScreen[str | None]):
    """Dismisses with the new text, or None when it is given up."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("ctrl+s", "take", "Take", priority=True),
        Binding("escape", "take", "Take"),
        Binding("ctrl+g", "dismiss(None)", "Give up"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="card full") as card:
            card.border_title = self._title
            card.border_subtitle = "esc take   ^z undo   ^g give up"
            yield TextArea(self._text, show_line_numbers=True, soft_wrap=False, tab_behavior="focus")

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()

    def action_take(self) -> None:
        self.dismiss(self.query_one(TextArea).text)
