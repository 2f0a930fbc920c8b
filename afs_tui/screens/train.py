"""The training screen: settings and this machine before a run; loss, gauges and log while it trains.

Owns the wiring; curves and lines come from the job's feed, settings and sizes from the engine. The
machine is looked at only while the screen is shown.
"""

import asyncio
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.job_watch import JobTick
from afs_tui.machine_gauges import GAUGES, read_gauges
from afs_tui.models.job_feed import JobFeed
from afs_tui.screens.studio_screen import StudioScreen, bindings_for
from afs_tui.setting_values import check_setting, parse_setting
from afs_tui.style_files import style_file
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.filter_bar import FilterBar
from afs_tui.widgets.gauge import Gauge
from afs_tui.widgets.log_view import LogView
from afs_tui.widgets.loss_chart import LossChart, Series
from afs_tui.widgets.row_list import Cell, Column, RowList
from afs_tui.words.job import describe_job
from afs_tui.words.training import describe_need

_LOOK_SECONDS = 1.0
_CATCH_UP_SECONDS = 0.1
_CURVES: tuple[tuple[str, str, Literal["line", "points"]], ...] = (
    ("train_loss", "train loss", "line"),
    ("val_loss", "validation loss", "points"),
)
_COLUMNS = (Column("setting", 17), Column("value"))


class TrainScreen(StudioScreen):
    """Settings at the left; curves, gauges and log at the right, or one of both where there is no room."""

    MODE = "train"
    RUN_UNTIL = ""
    BINDINGS: ClassVar[list[Binding]] = bindings_for("train")  # type: ignore[assignment]
    CSS_PATH = style_file("train")
    AUTO_FOCUS = "#settings"

    def __init__(self) -> None:
        super().__init__()
        self._view: api.TrainingView | None = None
        self._feed: JobFeed | None = None
        self._seen_lines = 0
        self._meter: api.MachineMeter | None = None
        self._use: api.MachineUse | None = None  # looked at and not drawn yet
        self._draws_gauges_next = True
        self._has_moved = True  # the job's stage or state, and not all of it is drawn yet

    def compose_body(self) -> ComposeResult:
        yield EmptyState(
            "No recipe is open",
            "Here a training is set up, started and watched.",
            "1  goes home; n there writes a sample recipe",
            id="train-empty",
        )
        with Horizontal(id="train"):
            with Vertical(id="train-settings"):
                settings = RowList(_COLUMNS, id="settings", empty="reading the recipe")
                settings.add_class("pane")
                settings.border_title = "Settings"
                settings.border_subtitle = "enter changes"
                yield settings
                machine = Static(id="machine", classes="pane")
                machine.border_title = "What it needs"
                yield machine
            with Vertical(id="train-live"):
                chart = LossChart(empty="r trains; the loss is drawn here", id="loss")
                chart.add_class("pane")
                chart.border_title = "Loss"
                chart.border_subtitle = "l log  s smooth"
                yield chart
                with Vertical(id="gauges", classes="pane") as gauges:
                    gauges.border_title = "Now"
                    for name, label in GAUGES.items():
                        full = 1.0 if name in ("cpu", "memory", "job_cpu", "job_memory") else None
                        yield Gauge(label, full=full, id=f"gauge-{name}")
                with Vertical(id="log-pane", classes="pane") as log:
                    log.border_title = "Log"
                    yield FilterBar("words to go to", id="log-filter")
                    yield LogView(id="log")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(_LOOK_SECONDS, self._look_at_machine)
        watch = self.studio_app.job_watch
        if watch is not None and watch.job is not None:
            self.job_tick(JobTick(watch.job, watch.feed))

    def on_screen_resume(self) -> None:
        # What came while something else was shown, after the paint that a key waits for.
        self.set_timer(_CATCH_UP_SECONDS, self._draw_live)
        if self._meter is None:
            self.run_worker(self._look_at_machine())

    def refresh_view(self) -> None:
        self.query_one("#train-empty").display = not self.has_recipe
        self.query_one("#train").display = self.has_recipe
        if not self.has_recipe:
            return
        path, text = self.document.path, self.document.text
        self.ask(lambda: self.studio.reader.read_training(path, text), self._show)
        self._draw_live()

    # --- settings

    def _show(self, view: api.TrainingView) -> None:
        self._view = view
        self.query_one("#settings", RowList).show_rows([_setting_cells(line) for line in view.settings])
        self._show_machine()

    def _show_machine(self) -> None:
        line = self._chosen()
        if self._view is None or line is None:
            return
        about = [Content.assemble((line.key, "bold"), f": {line.about}" if line.about else "")]
        self.query_one("#machine", Static).update(
            Content("\n").join([*about, Content(""), *describe_need(self._view)])
        )

    def _chosen(self) -> "api.SettingLine | None":
        if self._view is None or not self._view.settings:
            return None
        return self._view.settings[self.query_one("#settings", RowList).cursor]

    def on_row_list_moved(self) -> None:
        self._show_machine()

    def on_row_list_chosen(self) -> None:
        self.action_edit_setting()

    def action_edit_setting(self) -> None:
        from afs_tui.modals.setting_modal import SettingModal

        line = self._chosen()
        if line is None or not self.studio.can_change:
            return
        if line.kind == "switch":
            self._take_setting(line, "off" if line.value == "on" else "on")
            return
        about = f"{line.about}\nEmpty: {line.default or line.unset}"
        modal = SettingModal(
            line.key,
            line.value,
            about=about.strip(),
            choices=line.choices,
            check=lambda text: check_setting(line, text),
        )
        self.app.push_screen(modal, lambda text: self._take_setting(line, text))

    def _take_setting(self, line: "api.SettingLine", text: str | None) -> None:
        if text is not None and text != line.value:
            self.change_recipe({("train", line.key): parse_setting(line, text)})

    def action_unset_setting(self) -> None:
        line = self._chosen()
        if line is not None and line.is_written:
            self.change_recipe({("train", line.key): None})

    def action_toggle_settings(self) -> None:
        self.toggle_class("-watching")

    # --- the job

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A job can be held only while there is one."""
        if action == "pause_job" and not self.studio_app.has_live_job:
            return False
        return super().check_action(action, parameters)

    def hint_label(self, action: str, label: str) -> str:
        job = self.studio_app.job_watch.job if self.studio_app.job_watch else None
        if action == "pause_job" and job is not None and job.state == "paused":
            return "Go on"
        return super().hint_label(action, label)

    def action_pause_job(self) -> None:
        self.studio_app.pause_job()

    def job_tick(self, tick: JobTick) -> None:
        if tick.feed is not self._feed:  # another job, or this one begun anew
            self._feed, self._seen_lines = tick.feed, 0
            self.query_one(LogView).clear()
            if tick.job is not None:
                self.query_one(LossChart).border_title = f"Loss: {clean_line(tick.job.id)}"
            self._draw_chart()
            self.set_class(bool(tick.job and tick.job.is_live) or bool(tick.feed.curves), "-watching")
        if tick.job is not None and tick.job.is_live and tick.stage_moved:
            self.add_class("-watching")
        self.set_class(tick.job is not None and tick.job.is_live, "-live")
        self._has_moved |= tick.stage_moved
        if self.is_active:
            self._draw_live()

    def _draw_live(self) -> None:
        feed, watch = self._feed, self.studio_app.job_watch
        if feed is None or watch is None or watch.job is None:
            return
        if lines := feed.lines_after(self._seen_lines):
            self.query_one(LogView).write(lines)
        self._seen_lines = feed.logged
        # Beside the log, which moves at every tick, one thing at a time: a key waits for all that is drawn.
        draws_gauges = self._draws_gauges_next and self._use is not None
        if draws_gauges or self._has_moved:
            self._draw_gauges()
        if not draws_gauges or self._has_moved:
            self._draw_chart()
        self._draws_gauges_next, self._has_moved = not draws_gauges, False

    def _draw_gauges(self) -> None:
        feed, watch = self._feed, self.studio_app.job_watch
        if feed is not None and watch is not None and watch.job is not None:
            pane = self.query_one("#gauges")
            pane.border_title = describe_job(watch.job, feed, max(20, pane.size.width - 8))
        if self._use is not None:
            for name, (value, text) in read_gauges(self._use, feed or JobFeed()).items():
                self.query_one(f"#gauge-{name}", Gauge).add(value, text)
            self._use = None

    def _draw_chart(self) -> None:
        if self._feed is not None:
            curves = self._feed.curves
            found = [Series(label, curves[name], shape) for name, label, shape in _CURVES if name in curves]
            self.query_one(LossChart).show(found)

    def on_log_view_state_changed(self, message: LogView.StateChanged) -> None:
        self.query_one("#log-pane").border_subtitle = message.log.state_text

    async def _look_at_machine(self) -> None:
        watch = self.studio_app.job_watch
        if not self.is_active or watch is None:
            return
        job = watch.job if watch.job is not None and watch.job.is_live else None
        if self._meter is None:
            self._meter = await asyncio.to_thread(api.MachineMeter)
        if self._use is not None:  # no tick has come since: the job is silent or held
            self._draw_gauges()
        self._use = await asyncio.to_thread(self._meter.look, job.pid if job else None)
        if job is None:
            self._draw_gauges()

    def action_filter(self) -> None:
        self.add_class("-watching")
        self.query_one(FilterBar).open()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        self.query_one(LogView).search(message.text)

    def on_filter_bar_closed(self) -> None:
        self.query_one(LogView).focus()

    def action_copy_log(self) -> None:
        watch = self.studio_app.job_watch
        if watch is not None and watch.job is not None:
            self.app.copy_to_clipboard(watch.job.log)
            self.notify(clean_line(watch.job.log), title="Copied", markup=False, timeout=4)


def _setting_cells(line: "api.SettingLine") -> tuple[Cell, ...]:
    if line.value:
        value = Content.styled(clean_line(line.value), "bold" if line.is_written else "")
    else:
        value = Content.styled(line.unset, "$foreground-muted")
    return Content.styled(line.key, "" if line.is_written else "$foreground-muted"), value
