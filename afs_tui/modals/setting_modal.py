"""Asks for the value of one setting: a line to type in, or the choices to pick from."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from afs_tui.modals.card_screen import CardScreen
from afs_tui.widgets.row_list import Column, RowList


class SettingModal(CardScreen[str | None]):
    """Dismisses with the new text ("" for the default) or None. `check` says what is wrong with a text."""

    BINDINGS: ClassVar[list[Binding]] = [Binding("escape", "dismiss(None)", "Give up")]  # type: ignore[assignment]

    def __init__(
        self,
        title: str,
        value: str,
        *,
        about: str,
        choices: Sequence[str] = (),
        check: Callable[[str], str] = lambda _text: "",
    ) -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._about = about
        self._choices = tuple(choices)
        self._check = check

    def compose(self) -> ComposeResult:
        with Vertical(classes="card") as card:
            card.border_title = self._title
            card.border_subtitle = "enter take   esc give up"
            yield Static(Content(self._about))
            if self._choices:
                choices = RowList([Column("choices")], id="choices")
                choices.styles.height = min(12, len(self._choices) + 1)
                yield choices
            else:
                yield Input(self._value, id="value")
                yield Static("", id="value-trouble")

    def on_mount(self) -> None:
        if not self._choices:
            self.query_one(Input).focus()
            return
        choices = self.query_one(RowList)
        choices.show_rows([[choice] for choice in self._choices])
        if self._value in self._choices:
            choices.cursor = self._choices.index(self._value)
        choices.focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        self.dismiss(self._choices[event.row])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if trouble := self._check(text):
            self.query_one("#value-trouble", Static).update(Content.styled(trouble, "$error"))
        else:
            self.dismiss(text)
