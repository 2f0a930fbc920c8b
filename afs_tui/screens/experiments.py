"""The experiments screen: registered versions, side by side, traced back, promoted and rolled back.

Owns the wiring and which versions are marked; words are `words.experiment`, facts the engine's.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.models.curve import Curve
from afs_tui.screens.studio_screen import StudioScreen, bindings_for
from afs_tui.style_files import style_file
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.filter_bar import FilterBar
from afs_tui.widgets.loss_chart import LossChart, Series
from afs_tui.widgets.row_list import RowList
from afs_tui.words.experiment import (
    EXPERIMENT_COLUMNS,
    describe_comparison,
    describe_experiment,
    describe_lineage,
    experiment_cells,
    matches,
)

_MOST_COMPARED = 4


class ExperimentsScreen(StudioScreen):
    """Versions at the left; one in detail, or several compared, at the right."""

    MODE = "experiments"
    BINDINGS: ClassVar[list[Binding]] = bindings_for("experiments")  # type: ignore[assignment]
    CSS_PATH = style_file("experiments")
    AUTO_FOCUS = "#versions"

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[api.ExperimentLine] = []
        self._view: api.ExperimentsView | None = None
        self._marked: list[str] = []

    def compose_body(self) -> ComposeResult:
        yield EmptyState("No experiments yet", "", id="experiments-empty")
        with Horizontal(id="experiments"):
            with Vertical(id="versions-pane", classes="pane") as pane:
                pane.border_title = "Experiments"
                yield FilterBar("words of a version, its base, tags or notes", id="filter")
                yield RowList(EXPERIMENT_COLUMNS, id="versions", empty="nothing matches")
            with Vertical(id="detail"):
                with VerticalScroll(id="detail-pane", classes="pane"):
                    yield Static(id="detail-text")
                chart = LossChart(empty="mark two with space, then c", id="curves")
                chart.add_class("pane")
                yield chart

    def refresh_view(self) -> None:
        if not self.has_recipe:
            self._show_empty("The registry belongs to a workspace; none is open.", "^l  opens one")
            return
        folder = self.document.folder
        self.ask(lambda: self.studio.reader.read_experiments(folder), self._show)

    def _show_empty(self, text: str, key_hint: str) -> None:
        empty = self.query_one("#experiments-empty", EmptyState)
        empty.text, empty.key_hint, empty.display = text, key_hint, True
        self.query_one("#experiments").display = False

    def _show(self, view: api.ExperimentsView) -> None:
        self._view = view
        if not view.experiments:
            self._show_empty("A finished run puts a numbered version here.", "1  goes home; r there trains")
            return
        self.query_one("#experiments-empty").display = False
        self.query_one("#experiments").display = True
        self._list()

    def _list(self) -> None:
        if self._view is None:
            return
        wanted = self.query_one(FilterBar).text
        self._shown = [each for each in self._view.experiments if matches(each, wanted)]
        rows = [experiment_cells(each, each.label in self._marked) for each in self._shown]
        self.query_one("#versions", RowList).show_rows(rows)
        self.query_one(FilterBar).show_found(f"{len(rows)} match" if wanted else "")
        self._show_one()

    @property
    def _chosen(self) -> "api.ExperimentLine | None":
        place = self.query_one("#versions", RowList).cursor
        return self._shown[place] if place < len(self._shown) else None

    def on_row_list_moved(self) -> None:
        self._show_one()

    def _show_one(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        self.query_one("#detail-pane").border_title = "Version"
        self.query_one("#detail-text", Static).update(describe_experiment(chosen))
        folder, label = self.document.folder, chosen.label
        self.ask(
            lambda: self.studio.reader.compare_versions(folder, [label]), self._draw_curves, group="curves"
        )

    # --- comparing

    def action_mark(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        if chosen.label in self._marked:
            self._marked.remove(chosen.label)
        else:
            self._marked = [*self._marked[-_MOST_COMPARED + 1 :], chosen.label]
        self._list()

    def action_compare(self) -> None:
        chosen = self._chosen
        labels = list(self._marked)
        if chosen is not None and chosen.label not in labels:
            labels.append(chosen.label)
        if len(labels) < 2:
            self.notify("Mark another version with space first", timeout=4)
            return
        folder = self.document.folder
        self.ask(
            lambda: self.studio.reader.compare_versions(folder, labels), self._show_compared, group="curves"
        )

    def _show_compared(self, view: api.ComparisonView) -> None:
        pane = self.query_one("#detail-pane")
        pane.border_title = "Side by side"
        self.query_one("#detail-text", Static).update(describe_comparison(view, pane.size.width))
        self._draw_curves(view)

    def _draw_curves(self, view: api.ComparisonView) -> None:
        series = []
        for measured in view.curves:
            curve = Curve()
            curve.extend(measured.points)
            if measured.points:
                series.append(Series(clean_line(measured.label), curve))
        chart = self.query_one(LossChart)
        chart.border_title = "Validation loss"
        chart.show(series)

    # --- one version

    def action_show_lineage(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            folder, label = self.document.folder, chosen.label
            self.ask(
                lambda: self.studio.reader.read_lineage(folder, label),
                self._show_lineage,
                group="lineage",
                is_wish=True,
            )

    def _show_lineage(self, steps: list[api.LineageStep]) -> None:
        from afs_tui.modals.help_modal import HelpModal

        self.app.push_screen(HelpModal("Lineage", [describe_lineage(steps)]))

    def action_promote(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            folder, label = self.document.folder, chosen.label
            self.ask(
                lambda: self.studio.reader.promote_version(folder, label),
                self._tell_in_use,
                group="change",
                is_wish=True,
            )

    def action_roll_back(self) -> None:
        from afs_tui.modals.confirm_modal import ConfirmModal

        chosen = self._chosen
        if chosen is None:
            return
        modal = ConfirmModal(
            "Roll back",
            f"Bring back the version of {clean_line(chosen.name)} that was in use before?",
            yes="Roll back",
        )
        self.app.push_screen(modal, lambda is_yes: self._roll_back(chosen.name) if is_yes else None)

    def _roll_back(self, name: str) -> None:
        folder = self.document.folder
        self.ask(
            lambda: self.studio.reader.roll_back_version(folder, name),
            self._tell_in_use,
            group="change",
            is_wish=True,
        )

    def _tell_in_use(self, label: str) -> None:
        self.notify(f"{clean_line(label)} is in use", timeout=4, markup=False)
        self.refresh_soon()

    def action_copy_path(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            path = str(self.document.folder / chosen.adapter)
            self.app.copy_to_clipboard(path)
            self.notify(clean_line(path), title="Copied", markup=False, timeout=4)

    # --- filter

    def action_filter(self) -> None:
        self.query_one(FilterBar).open()

    def on_filter_bar_changed(self) -> None:
        self._list()

    def on_filter_bar_closed(self) -> None:
        self.query_one("#versions").focus()
