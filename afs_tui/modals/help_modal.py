"""Help: all keys of the screen and of the studio (`?`), or what the focused thing is (F1)."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from afs_tui.actions import EVERYWHERE, Action, actions_of
from afs_tui.modals.card_screen import CardScreen
from afs_tui.modes import find_mode
from afs_tui.widgets.hint_bar import show_key

_KEY_CELLS = 14


class HelpModal(CardScreen[None]):
    """A scrollable card; any of escape, q, ? and F1 closes it."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape,q,question_mark,f1", "dismiss", "Close"),
    ]

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="card tall") as card:
            card.border_title = self._title
            card.border_subtitle = "esc close"
            yield Static(self._text)


def all_keys(mode: str) -> HelpModal:
    """The keys of a screen, then those of the studio."""
    found = find_mode(mode)
    parts = [Content(found.purpose), Content("")]
    for title, actions in ((found.title, actions_of(mode)), ("Everywhere", actions_of(EVERYWHERE))):
        if actions:
            parts += [Content.styled(title, "bold $accent"), *map(_line, actions), Content("")]
    return HelpModal(f"Keys: {found.title}", Content("\n").join(parts))


def about(widget: Widget | None) -> HelpModal:
    """What the focused widget is, and its own keys."""
    if widget is None:
        return HelpModal("Nothing is focused", Content("Tab moves the focus; ^o shows letters to jump with."))
    text = getattr(widget, "HELP", "") or (widget.tooltip if isinstance(widget.tooltip, str) else "")
    keys = [
        _entry(show_key(binding.key), binding.tooltip or binding.description)
        for bindings in widget._bindings.key_to_bindings.values()
        for binding in bindings
        if binding.description
    ]
    return HelpModal(
        type(widget).__name__, Content("\n").join([Content(text or "It can be focused."), Content(""), *keys])
    )


def _line(action: Action) -> Content:
    keys = " ".join(show_key(key) for key in action.keys.split(","))
    return _entry(keys, f"{action.label}: {action.help}" if action.label not in action.help else action.help)


def _entry(keys: str, text: str) -> Content:
    return Content.assemble((f"  {keys:<{_KEY_CELLS}}", "bold $footer-key-foreground"), text)
