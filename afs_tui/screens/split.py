"""The split screen: sides by domain, lengths, leaks, and rows of the train side as they are trained.

Owns the wiring; words are `words.split`, facts the engine's.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from afs_engine import api
from afs_tui.screens.studio_screen import StudioScreen, bindings_for
from afs_tui.style_files import style_file
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.split_bars import SideCounts, SplitBars
from afs_tui.words.split import describe_leaks, describe_lengths, describe_row, parse_shares, row_title

_SIDES = ("train", "val", "test")
_DEFAULTS = (0.8, 0.1, 0.1)


class SplitScreen(StudioScreen):
    """Bars and lengths at the left, a row as trained at the right."""

    MODE = "split"
    RUN_UNTIL = "convert"
    BINDINGS: ClassVar[list[Binding]] = bindings_for("split")  # type: ignore[assignment]
    CSS_PATH = style_file("split")
    AUTO_FOCUS = "#sides"

    def __init__(self) -> None:
        super().__init__()
        self._view: api.SplitView | None = None
        self._row = 0
        self._trained: api.TrainedRow | None = None
        self._is_line = False

    def compose_body(self) -> ComposeResult:
        yield EmptyState("No split yet", "", id="split-empty")
        with Horizontal(id="split"):
            with Vertical(id="split-left"):
                bars = SplitBars(id="sides")
                bars.add_class("pane")
                bars.border_title = "Sides by domain"
                yield bars
                yield Static(id="leaks", classes="pane")
                with VerticalScroll(id="lengths-pane", classes="pane") as pane:
                    pane.border_title = "Lengths (tokens, estimated)"
                    yield Static(id="lengths")
            with VerticalScroll(id="row-pane", classes="pane") as row:
                row.border_title = "A row as it is trained"
                yield Static(id="row")

    def refresh_view(self) -> None:
        if not self.has_recipe:
            self._show_empty("No recipe is open", "1  goes home; n there writes a sample recipe")
            return
        path, text = self.document.path, self.document.text
        self.ask(lambda: self.studio.reader.read_split(path, text), self._show)

    def _show_empty(self, text: str, key_hint: str) -> None:
        empty = self.query_one("#split-empty", EmptyState)
        empty.text, empty.key_hint, empty.display = text, key_hint, True
        self.query_one("#split").display = False

    def _show(self, view: api.SplitView) -> None:
        self._view = view
        if view.missing:
            text = "The side of every row is decided after scores and copies are known."
            self._show_empty(text, "r  runs up to the files of all sides")
            return
        self.query_one("#split-empty").display = False
        self.query_one("#split").display = True
        bars = self.query_one(SplitBars)
        bars.show([SideCounts(each.domain, each.train, each.val, each.test) for each in view.sides])
        bars.border_subtitle = f"shares {' / '.join(f'{share:g}' for share in self._shares)}"
        self.query_one("#leaks", Static).update(describe_leaks(view))
        self.call_after_refresh(self._draw_lengths)
        self._ask_row()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw_lengths)

    def _draw_lengths(self) -> None:
        if self._view is not None and not self._view.missing:
            width = self.query_one("#lengths-pane").scrollable_content_region.width
            self.query_one("#lengths", Static).update(describe_lengths(self._view, width))

    @property
    def _shares(self) -> tuple[float, ...]:
        return tuple(
            float(self.document.value("split", side, default=usual))
            for side, usual in zip(_SIDES, _DEFAULTS, strict=True)
        )

    # --- the row

    @property
    def _train_rows(self) -> int:
        return sum(each.train for each in self._view.sides) if self._view else 0

    def _ask_row(self) -> None:
        if not self._train_rows:
            return
        self._row %= self._train_rows
        path, text, row = self.document.path, self.document.text, self._row
        self.ask(
            lambda: self.studio.reader.read_trained_rows(path, text, row, 1), self._take_row, group="row"
        )

    def _take_row(self, rows: list[api.TrainedRow]) -> None:
        self._trained = rows[0] if rows else None
        self._draw_row()

    def _draw_row(self) -> None:
        if self._trained is None or self._view is None:
            return
        pane = self.query_one("#row-pane")
        pane.border_title = row_title(self._trained, self._row, self._train_rows)
        pane.border_subtitle = f"{self._view.format}, [ ] other rows"
        self.query_one("#row", Static).update(describe_row(self._trained, as_line=self._is_line))

    def action_next_row(self, by: int) -> None:
        self._row += by
        self._ask_row()

    def action_toggle_lengths(self) -> None:
        self.toggle_class("-lengths")
        self.call_after_refresh(self._draw_lengths)

    def action_toggle_line(self) -> None:
        self._is_line = not self._is_line
        self._draw_row()

    # --- knobs

    def action_next_format(self) -> None:
        if self._view is not None and self.has_recipe:
            names = self._view.formats
            following = names[(names.index(self._view.format) + 1) % len(names)]
            self.change_recipe({("convert", "format"): following})
            self.notify(f"Format {following}", timeout=2)

    def action_edit_shares(self) -> None:
        from afs_tui.modals.setting_modal import SettingModal

        if self.has_recipe:
            modal = SettingModal(
                "Train, validation, test",
                " ".join(f"{share:g}" for share in self._shares),
                about="Three shares that make 1 (or 100). A row keeps its side for life where it can.",
                check=lambda text: "" if parse_shares(text) else "three that make 1: 0.8 0.1 0.1",
            )
            self.app.push_screen(modal, self._take_shares)

    def _take_shares(self, text: str | None) -> None:
        shares = parse_shares(text or "")
        if shares:
            self.change_recipe({("split", side): share for side, share in zip(_SIDES, shares, strict=True)})
