"""A question with more than one way on; escape takes none of them."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from afs_tui.modals.card_screen import CardScreen


class ChoiceModal(CardScreen[str]):
    """Dismisses with the key of the chosen way, "" for none; `choices` are the words of the ways by key."""

    BINDINGS = [("escape", "dismiss('')", "Neither")]  # noqa: RUF012 - declared so by Textual

    def __init__(self, title: str, text: str, choices: dict[str, str]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="card") as card:
            card.border_title = self._title
            yield Static(Content(self._text))
            with Horizontal(classes="buttons"):
                yield Button("Back (esc)", id="back")
                for key, label in self._choices.items():
                    yield Button(f"{label} ({key})", id=key)

    def on_mount(self) -> None:
        self.query_one("#back").focus()

    def on_key(self, event: events.Key) -> None:
        if event.key in self._choices:
            event.stop()
            self.dismiss(event.key)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss("" if event.button.id == "back" else event.button.id)
