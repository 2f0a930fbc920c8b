"""An error as a card: what happened, where, what to do next; y copies it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from afs_engine.api import AfsError
from afs_tui.data_text import clean_block
from afs_tui.modals.card_screen import CardScreen


class ErrorModal(CardScreen[None]):
    """Escape or enter closes it."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape,enter,q", "dismiss", "Close"),
        Binding("y,c", "copy", "Copy"),
    ]

    def __init__(self, error: AfsError, title: str = "This did not work") -> None:
        super().__init__()
        self._error = error
        self._title = title

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="card") as card:
            card.border_title = self._title
            card.border_subtitle = "y copy   esc close"
            yield Static(Content.styled(clean_block(self._error.what), "bold $error"))
            if self._error.where:
                yield Static(
                    Content.assemble(("where  ", "$foreground-muted"), clean_block(str(self._error.where)))
                )
            if self._error.hint:
                yield Static(
                    Content.assemble(("next   ", "$foreground-muted"), clean_block(self._error.hint))
                )

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(clean_block(str(self._error)))
        self.notify("Copied", timeout=2)
