"""The scores screen: how good the samples are, where the threshold cuts, and the samples themselves.

Owns the words and the wiring of this screen. Counting is `models`, scores and rows come from the engine.
"""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical

from afs_engine import api
from afs_tui.format import show_count
from afs_tui.models.threshold_view import ThresholdView
from afs_tui.models.thresholds import ScoreGroup, total_kept
from afs_tui.sample_cells import SAMPLE_COLUMNS, sample_row, sort_of_column
from afs_tui.screens.studio_screen import StudioScreen, bindings_for
from afs_tui.style_files import style_file
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.filter_bar import FilterBar
from afs_tui.widgets.histogram import Histogram
from afs_tui.widgets.kept_table import KeptTable
from afs_tui.widgets.sample_table import SampleTable

OVERALL = "overall"
THRESHOLD_KEY = ("score", "min_quality_score")
_WHY_EMPTY = {
    "export": "The sources have not been exported yet.",
    "score": "The samples have not been scored with these settings yet.",
}


class ScoresScreen(StudioScreen):
    """Histogram and counts above, samples below."""

    MODE = "scores"
    RUN_UNTIL = "score"
    BINDINGS: ClassVar[list[Binding]] = bindings_for("scores")  # type: ignore[assignment]
    CSS_PATH = style_file("scores")

    def __init__(self) -> None:
        super().__init__()
        self._view: api.ScoresView | None = None
        self._columns: api.ScoreColumns | None = None
        self._kept_threshold: float | None = None
        self._component = OVERALL
        self._is_by_source = False
        self._drawn = ThresholdView()
        self._order = api.SampleOrder()
        self._sort: tuple[int, bool] | None = None

    def compose_body(self) -> ComposeResult:
        yield EmptyState("No scores yet", "", id="scores-empty")
        with Vertical(id="scores"):
            with Horizontal(id="scores-top"):
                histogram = Histogram(id="histogram")
                histogram.add_class("pane")
                yield histogram
                kept = KeptTable(id="kept")
                kept.add_class("pane")
                yield kept
            with Vertical(id="samples-pane", classes="pane"):
                yield FilterBar("words of a sample, domain:NAME, source:NAME", id="filter")
                yield SampleTable(SAMPLE_COLUMNS, empty="no sample matches", id="samples")

    def refresh_view(self) -> None:
        if not self.has_recipe:
            self._show_empty(
                "No recipe is open",
                "Scores show how good each sample is.",
                "1  goes home; n there writes a sample recipe",
            )
            return
        path, text = self.document.path, self.document.text
        self.ask(lambda: self.studio.reader.read_scores(path, text), partial(self._show, text))

    # --- what the engine answers

    def _show(self, text: str, view: api.ScoresView) -> None:
        if text != self.document.text:
            return  # the recipe has changed since; the next answer is on its way
        before, self._view = self._view, view
        if view.missing:
            self._show_empty("No scores yet", _WHY_EMPTY[view.missing], "r  runs up to the scores")
            return
        self.query_one("#scores-empty").display = False
        self.query_one("#scores").display = True
        if self._columns is None or before is None or view.parts != before.parts:
            parts = view.parts
            self.ask(
                lambda: self.studio.reader.read_score_columns(parts), self._take_columns, group="columns"
            )
        histogram = self.query_one(Histogram)
        if self.focused is None:
            histogram.focus()
        if before is None or before.missing or view.threshold != self._kept_threshold:
            self._kept_threshold = view.threshold  # changed by undo or by hand, not by the line itself
            histogram.threshold = view.threshold
            self._draw_counts(view.threshold)
        self._list_samples(keep_cursor=before is not None and before.parts == view.parts)

    def _take_columns(self, columns: api.ScoreColumns) -> None:
        self._columns = columns
        if self._component not in columns.components:
            self._component = OVERALL
        self._draw_component()

    def _show_empty(self, title: str, text: str, key_hint: str) -> None:
        empty = self.query_one("#scores-empty", EmptyState)
        empty.title, empty.text, empty.key_hint = title, text, key_hint
        empty.display = True
        self.query_one("#scores").display = False

    # --- histogram and counts

    def _draw_component(self) -> None:
        if self._columns is None:
            return
        grouping = "source" if self._is_by_source else "domain"
        groups = self._columns.groups(self._component, "source" if self._is_by_source else "domain")
        self._drawn.take([ScoreGroup(each.name, each.scores, each.unscored) for each in groups])
        histogram = self.query_one(Histogram)
        histogram.movable = self._component == OVERALL and self.studio.can_change
        is_overall = self._component == OVERALL
        histogram.border_title = (
            "Score: ←→ move the line, = types it" if is_overall else f"{self._component} score"
        )
        self.query_one(KeptTable).head = grouping
        self._draw_bins()
        self._draw_counts(self._threshold)

    @property
    def _threshold(self) -> float | None:
        return self.query_one(Histogram).threshold

    def _draw_bins(self) -> None:
        histogram = self.query_one(Histogram)
        histogram.bins = self._drawn.bins(histogram.size.width)

    def _draw_counts(self, threshold: float | None) -> None:
        line = threshold if self._component == OVERALL else None
        counts = self._drawn.counts(line)
        self.query_one(KeptTable).show(counts)
        whole = total_kept(counts)
        histogram = self.query_one(Histogram)
        if self._columns is None:
            histogram.border_subtitle = "reading the scores"
            return
        told = "no threshold" if threshold is None else f"threshold {threshold:.3f}".rstrip("0").rstrip(".")
        histogram.border_subtitle = f"{told}: {show_count(whole.kept)} of {show_count(whole.rows)} kept"

    def on_histogram_width_changed(self) -> None:
        self._draw_bins()

    def on_histogram_changed(self, message: Histogram.Changed) -> None:
        self._draw_counts(message.threshold)

    def on_histogram_committed(self, message: Histogram.Committed) -> None:
        """The counts are painted first; then the recipe's text follows."""
        self.call_after_refresh(self._keep_threshold, message.threshold)

    def _keep_threshold(self, threshold: float | None) -> None:
        self._kept_threshold = threshold
        if threshold != self.document.value(*THRESHOLD_KEY):
            self.change_recipe({THRESHOLD_KEY: threshold})

    def on_kept_table_group_chosen(self, message: KeptTable.GroupChosen) -> None:
        self._drawn.chosen = message.group
        self._draw_bins()

    def action_next_component(self) -> None:
        if self._columns is not None:
            names = self._columns.components
            self._component = names[(names.index(self._component) + 1) % len(names)]
            self._draw_component()

    def action_toggle_grouping(self) -> None:
        self._is_by_source = not self._is_by_source
        self._draw_component()

    def action_next_profile(self) -> None:
        if self._view is not None:
            names = self._view.profiles
            following = names[(names.index(self._view.profile) + 1) % len(names)]
            self.change_recipe({("score", "profile"): following})
            self.notify(f"Profile {following}", timeout=2, markup=False)

    # --- samples

    def _list_samples(self, *, keep_cursor: bool = False) -> None:
        """Asks how many samples there are in the order wanted, then shows them."""
        view = self._view
        if view is None or view.missing:
            return
        sort, is_descending = (api.NEAR_LINE, False) if self._sort is None else sort_of_column(*self._sort)
        order = api.SampleOrder(sort, is_descending, view.threshold, self.query_one(FilterBar).text)
        parts = view.parts
        self.ask(
            lambda: self.studio.reader.count_samples(parts, order.wanted),
            partial(self._show_samples, order, keep_cursor),
            group="count",
        )

    def _show_samples(self, order: api.SampleOrder, keep_cursor: bool, rows: int) -> None:
        self._order = order
        self.query_one(SampleTable).show(rows, self._sort, keep_cursor=keep_cursor)
        pane = self.query_one("#samples-pane")
        sorted_by = "just under the line first" if order.sort == api.NEAR_LINE else f"by {order.sort}"
        pane.border_title = f"Samples, {sorted_by}"
        pane.border_subtitle = f"{show_count(rows)} of {show_count(self._view.rows if self._view else 0)}"
        self.query_one(FilterBar).show_found(f"{show_count(rows)} match" if order.wanted else "")

    def on_sample_table_rows_wanted(self, wanted: SampleTable.RowsWanted) -> None:
        if self._view is None:
            return
        parts, order = self._view.parts, self._order
        self.ask(
            lambda: self.studio.reader.read_samples(parts, order, wanted.start, wanted.count),
            partial(self._take_samples, wanted, order.threshold),
            group=f"rows {wanted.start}",
        )

    def _take_samples(
        self, wanted: SampleTable.RowsWanted, threshold: float | None, lines: list[api.SampleLine]
    ) -> None:
        rows = [sample_row(line, threshold) for line in lines]
        wanted.table.take_rows(wanted.generation, wanted.start, rows)

    def on_sample_table_sort_wanted(self, message: SampleTable.SortWanted) -> None:
        if sort_of_column(message.column, message.is_descending)[0] == api.NEAR_LINE:
            self._sort = None
        else:
            self._sort = (message.column, message.is_descending)
        self._list_samples()

    def on_filter_bar_changed(self) -> None:
        self._list_samples()

    def on_filter_bar_closed(self) -> None:
        self.query_one(SampleTable).focus()

    def action_filter(self) -> None:
        self.query_one(FilterBar).open()

    def on_sample_table_chosen(self, message: SampleTable.Chosen) -> None:
        if self._view is None:
            return
        view, order, place = self._view, self._order, message.row
        path, text = self.document.path, self.document.text

        def read() -> api.SampleView:
            line = self.studio.reader.read_samples(view.parts, order, place, 1)[0]
            return self.studio.reader.read_sample(path, text, view.parts, line.row)

        self.ask(read, self._show_sample, group="sample", is_wish=True)

    def _show_sample(self, sample: api.SampleView) -> None:
        from afs_tui.modals.sample_modal import SampleModal

        self.app.push_screen(SampleModal(sample))
