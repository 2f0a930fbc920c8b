"""Asks for a path: a line to type in, and the folders below it to pick from."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from afs_engine.api import clean_text
from afs_tui.modals.card_screen import CardScreen
from afs_tui.widgets.row_list import Column, RowList

_MAX_SHOWN = 500


class PathModal(CardScreen[Path | None]):
    """Dismisses with the path, or None. `check` returns what is wrong with a path, "" for nothing."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("down", "focus_list", "Pick", show=False),
    ]

    def __init__(self, title: str, start: Path, *, check: Callable[[Path], str], text: str = "") -> None:
        super().__init__()
        self._title = title
        self._start = start
        self._check = check
        self._text = text
        self._shown: list[Path] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="card tall") as card:
            card.border_title = self._title
            card.border_subtitle = "enter take   down pick   esc cancel"
            if self._text:
                yield Static(Content(self._text))
            yield Input(_shown_path(self._start), id="path", select_on_focus=False)
            yield Static("", id="path-trouble")
            yield RowList([Column("In this folder")], id="path-list", empty="nothing here")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        path = Path(event.value).expanduser()
        folder, prefix = (path, "") if event.value.endswith("/") else (path.parent, path.name)
        self._shown = list_folder(folder, prefix)
        names = [clean_text(p.name).replace("\n", "\\n") + ("/" if p.is_dir() else "") for p in self._shown]
        self.query_one(RowList).show_rows([[name] for name in names])
        self.query_one("#path-trouble", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._take(Path(event.value).expanduser())

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        path = self._shown[event.row]
        if path.is_dir() and self._check(path):
            self.query_one(Input).value = _shown_path(path)
        else:
            self._take(path)

    def action_focus_list(self) -> None:
        self.query_one(RowList).focus()

    def _take(self, path: Path) -> None:
        if trouble := self._check(path):
            self.query_one("#path-trouble", Static).update(Content.styled(clean_text(trouble), "$error"))
        else:
            self.dismiss(path)


def list_folder(folder: Path, prefix: str) -> list[Path]:
    """What lies in the folder and begins with `prefix`: folders first, hidden only when asked for."""
    try:
        found = [p for p in folder.iterdir() if p.name.startswith(prefix)]
    except OSError:
        return []
    shown = [p for p in found if prefix.startswith(".") or not p.name.startswith(".")]
    return sorted(shown, key=lambda p: (not p.is_dir(), p.name))[:_MAX_SHOWN]


def _shown_path(path: Path) -> str:
    return f"{path}/" if path.is_dir() else str(path)
