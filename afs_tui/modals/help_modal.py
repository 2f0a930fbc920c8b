"""Help: all keys of the screen and of the studio (`?`), or what the focused thing is (F1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
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
_CARD_CELLS, _CARD_SHARE, _FRAME_CELLS = 76, 0.94, 8  # as `.card` has them, with room for a scrollbar


@dataclass(frozen=True, slots=True)
class _Entry:
    """Keys and what they do."""

    keys: str
    about: str


class HelpModal(CardScreen[None]):
    """A scrollable card; any of escape, q, ? and F1 closes it."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape,q,question_mark,f1", "dismiss", "Close"),
    ]

    def __init__(self, title: str, parts: Sequence[Content | _Entry]) -> None:
        super().__init__()
        self._title = title
        self._parts = parts

    def compose(self) -> ComposeResult:
        cells = min(_CARD_CELLS, int(_CARD_SHARE * self.app.size.width)) - _FRAME_CELLS
        with VerticalScroll(classes="card tall") as card:
            card.border_title = self._title
            card.border_subtitle = "esc close"
            yield Static(Content("\n").join(_lines(self._parts, cells)))


def all_keys(mode: str) -> HelpModal:
    """The keys of a screen, then those of the studio."""
    found = find_mode(mode)
    parts: list[Content | _Entry] = [Content(found.purpose), Content("")]
    for title, actions in ((found.title, actions_of(mode)), ("Everywhere", actions_of(EVERYWHERE))):
        if actions:
            parts += [Content.styled(title, "bold $accent"), *map(_entry_of, actions), Content("")]
    return HelpModal(f"Keys: {found.title}", parts)


def about(widget: Widget | None) -> HelpModal:
    """What the focused widget is, and its own keys."""
    if widget is None:
        return HelpModal(
            "Nothing is focused", [Content("Tab moves the focus; ^o shows letters to jump with.")]
        )
    text = getattr(widget, "HELP", "") or (widget.tooltip if isinstance(widget.tooltip, str) else "")
    return HelpModal(
        _name_of(widget), [Content(text or "It can be focused."), Content(""), *_keys_of(widget)]
    )


def _name_of(widget: Widget) -> str:
    """What its frame or the one around it says."""
    titled = (each.border_title for each in widget.ancestors_with_self if isinstance(each, Widget))
    return Content.from_markup(next((title for title in titled if title), "This")).plain


def _keys_of(widget: Widget) -> list[_Entry]:
    """Its own keys; several that do the same stand together."""
    keys: dict[str, list[str]] = {}
    for bindings in widget._bindings.key_to_bindings.values():
        for binding in bindings:
            if binding.description:
                keys.setdefault(binding.tooltip or binding.description, []).append(show_key(binding.key))
    return [_Entry(" ".join(each), what) for what, each in keys.items()]


def _entry_of(action: Action) -> _Entry:
    keys = " ".join(show_key(key) for key in action.keys.split(","))
    return _Entry(keys, f"{action.label}: {action.help}" if action.label not in action.help else action.help)


def _lines(parts: Sequence[Content | _Entry], cells: int) -> Iterator[Content]:
    """The lines of a card; what keys do stands beside them, however long it is."""
    for part in parts:
        if isinstance(part, Content):
            yield part
            continue
        room = max(1, cells - _KEY_CELLS - 3)
        for place, line in enumerate(wrap(part.about, room)):
            keys = "" if place else part.keys
            yield Content.assemble((f"  {keys:<{_KEY_CELLS}} ", "bold $footer-key-foreground"), line)
