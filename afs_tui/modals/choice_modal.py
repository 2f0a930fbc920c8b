"""A question with more than one way on; escape takes none of them."""

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static


@dataclass(frozen=True, slots=True)
class Choice:
    """A way on: its key, its words, and what the modal gives for it."""

    key: str
    label: str
    value: str


class ChoiceModal(ModalScreen[str]):
    """Dismisses with the chosen value, "" for none."""

    BINDINGS = [("escape", "dismiss('')", "Neither")]  # noqa: RUF012 - declared so by Textual

    def __init__(self, title: str, text: str, choices: tuple[Choice, ...]) -> None:
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
                for choice in self._choices:
                    yield Button(f"{choice.label} ({choice.key})", id=choice.value)

    def on_mount(self) -> None:
        self.query_one("#back").focus()

    def on_key(self, event: events.Key) -> None:
        for choice in self._choices:
            if event.key == choice.key:
                event.stop()
                self.dismiss(choice.value)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss("" if event.button.id == "back" else event.button.id)
