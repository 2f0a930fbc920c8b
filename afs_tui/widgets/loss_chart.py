"""Curves over training steps: train and validation loss, and others, on one pair of axes.

Linear or logarithmic, raw or smoothed, with a crosshair that reads values. A curve is drawn as a line or as
points, so that two are told apart without colour. The numbers are `models.curve` and `models.axis`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.events import Leave, MouseMove
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from afs_tui.cells import cut, one_line, pad
from afs_tui.format import show_number
from afs_tui.models.axis import Axis, fit_axis, label, ticks
from afs_tui.models.canvas import Canvas
from afs_tui.models.curve import Bucket, Curve, columns_of, smooth, value_at
from afs_tui.plot_glyphs import plot_glyphs

SMOOTHING = (0.0, 0.6, 0.9, 0.97)
_LABEL_CELLS = 7
_HEAD_LINES = 1
_FOOT_LINES = 1
_MOST_SERIES = 4


@dataclass(frozen=True, slots=True)
class Series:
    """A named curve. "line" suits many points, "points" few (each evaluation of a run)."""

    name: str
    curve: Curve
    shape: Literal["line", "points"] = "line"


class LossChart(Widget, can_focus=True):
    """Draws its series again when `refresh_curves` is called; nothing is polled."""

    HELP = "Curves over steps. l switches the log scale, s smooths, left and right move the crosshair."
    DEFAULT_CSS = """
    LossChart { height: 1fr; min-height: 6; }
    LossChart > .loss-chart--axis { color: $text-muted; }
    LossChart > .loss-chart--head { text-style: bold; }
    LossChart > .loss-chart--cross { color: $text-muted; }
    LossChart > .loss-chart--series-0 { color: $primary; }
    LossChart > .loss-chart--series-1 { color: $accent; }
    LossChart > .loss-chart--series-2 { color: $success; }
    LossChart > .loss-chart--series-3 { color: $error; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "loss-chart--ground",
        "loss-chart--axis",
        "loss-chart--head",
        "loss-chart--cross",
        *(f"loss-chart--series-{number}" for number in range(_MOST_SERIES)),
    }
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("l", "toggle_log", "Log scale", show=False),
        Binding("s", "next_smoothing", "Smoothing", show=False),
        Binding("left", "move_cross(-1)", "Crosshair left", show=False),
        Binding("right", "move_cross(1)", "Crosshair right", show=False),
        Binding("shift+left", "move_cross(-10)", "Crosshair far left", show=False),
        Binding("shift+right", "move_cross(10)", "Crosshair far right", show=False),
        Binding("escape", "hide_cross", "No crosshair", show=False),
    ]

    is_log: reactive[bool] = reactive(False)
    smoothing: reactive[float] = reactive(0.0)
    cross: reactive[int | None] = reactive(None)
    """The column of the plot that the crosshair stands in."""

    def __init__(self, series: Sequence[Series] = (), *, empty: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.series = tuple(series)
        self._empty = empty
        self._picture: _Picture | None = None
        self._drawn_for: tuple[object, ...] = ()

    def show(self, series: Sequence[Series]) -> None:
        """Draws other curves."""
        self.series = tuple(series)
        self.refresh_curves()

    def refresh_curves(self) -> None:
        """The curves have new points."""
        self.refresh()

    def action_toggle_log(self) -> None:
        self.is_log = not self.is_log

    def action_next_smoothing(self) -> None:
        self.smoothing = SMOOTHING[(SMOOTHING.index(self.smoothing) + 1) % len(SMOOTHING)]

    def action_move_cross(self, by: int) -> None:
        width = self._plot_width()
        now = width - 1 if self.cross is None else self.cross
        self.cross = min(max(now + by, 0), max(0, width - 1)) if self.cross is not None else now

    def action_hide_cross(self) -> None:
        self.cross = None

    def on_mouse_move(self, event: MouseMove) -> None:
        column = event.x - self.gutter.left - _LABEL_CELLS
        self.cross = column if 0 <= column < self._plot_width() else None

    def on_leave(self, _: Leave) -> None:
        self.cross = None

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        picture = self._draw()
        if picture is None:
            text = self._empty if y == height // 2 else ""
            style = self.get_component_rich_style("loss-chart--axis")
            return Strip([Segment(pad(text.center(width), width), style)], width)
        if y < _HEAD_LINES:
            return self._head_line(picture, width)
        plot_height = picture.canvas.height
        if y - _HEAD_LINES < plot_height:
            return self._plot_line(picture, y - _HEAD_LINES, width)
        return (
            self._foot_line(picture, width)
            if y == height - 1
            else Strip.blank(width, self.get_component_rich_style("loss-chart--ground"))
        )

    def _plot_width(self) -> int:
        return max(1, self.size.width - _LABEL_CELLS)

    def _draw(self) -> "_Picture | None":
        """The picture for the curves as they are now; drawn once for each state."""
        size = (self._plot_width(), max(1, self.size.height - _HEAD_LINES - _FOOT_LINES))
        state = (size, self.is_log, self.smoothing, *((id(s.curve), s.curve.version) for s in self.series))
        if state != self._drawn_for:
            self._drawn_for = state
            self._picture = draw_picture(self.series[:_MOST_SERIES], size, self.is_log, self.smoothing)
        return self._picture

    def _head_line(self, picture: "_Picture", width: int) -> Strip:
        segments = []
        for number, series in enumerate(self.series[:_MOST_SERIES]):
            mark = plot_glyphs().point if series.shape == "points" else plot_glyphs().rule
            text = f"{mark} {one_line(series.name, 20)} {self._value(picture, number)}   "
            segments.append(Segment(text, self._series_style(number)))
        parts = [
            *(["log"] if self.is_log else []),
            *([f"smooth {self.smoothing:g}"] if self.smoothing else []),
        ]
        if self.cross is not None:
            parts.insert(0, f"step {picture.step_at(self.cross):,}")
        segments.append(Segment("  ".join(parts), self.get_component_rich_style("loss-chart--head")))
        return Strip(segments).adjust_cell_length(width, self.get_component_rich_style("loss-chart--ground"))

    def _value(self, picture: "_Picture", number: int) -> str:
        """The value under the crosshair, or the newest one."""
        if self.cross is None:
            return show_number(self.series[number].curve.last_value)
        found = value_at(picture.shown[number], picture.step_at(self.cross))
        return show_number(found.mean if found else None)

    def _plot_line(self, picture: "_Picture", row: int, width: int) -> Strip:
        axis = self.get_component_rich_style("loss-chart--axis")
        segments = [
            Segment(pad(picture.labels.get(row, ""), _LABEL_CELLS - 1, right=True) + plot_glyphs().line, axis)
        ]
        ground = self.get_component_rich_style("loss-chart--ground")
        column = 0
        for text, layer in picture.canvas.line(row):
            style = ground if layer < 0 else self._series_style(layer)
            cross = self.cross
            if layer < 0 and cross is not None and column <= cross < column + len(text):
                place = cross - column
                segments += [
                    Segment(text[:place], style),
                    Segment(plot_glyphs().line, self.get_component_rich_style("loss-chart--cross")),
                    Segment(text[place + 1 :], style),
                ]
            else:
                segments.append(Segment(text, style))
            column += len(text)
        return Strip(segments).adjust_cell_length(width, ground)

    def _foot_line(self, picture: "_Picture", width: int) -> Strip:
        first, last = f"{picture.first_step:,}", f"{picture.last_step:,}"
        room = max(0, width - _LABEL_CELLS - len(first) - len("step "))
        text = " " * _LABEL_CELLS + f"step {first}" + pad(last, room, right=True)
        return Strip(
            [Segment(pad(cut(text, width), width), self.get_component_rich_style("loss-chart--axis"))], width
        )

    def _series_style(self, number: int) -> Style:
        return self.get_component_rich_style(f"loss-chart--series-{number}")


@dataclass(slots=True)
class _Picture:
    """A drawn plot: cells, labels by row, and what stands where."""

    canvas: Canvas
    labels: dict[int, str]
    first_step: int
    last_step: int
    shown: list[list[Bucket]]

    def step_at(self, column: int) -> int:
        span = self.last_step - self.first_step
        return self.first_step + round(column * span / max(1, self.canvas.width - 1))


def draw_picture(
    series: Sequence[Series], size: tuple[int, int], is_log: bool, smoothing: float
) -> _Picture | None:
    """The curves on a canvas of `size` cells; None while no curve has a finite point."""
    shown = [
        list(smooth(each.curve.buckets, smoothing) if each.shape == "line" else each.curve.buckets)
        for each in series
    ]
    measured = [[bucket for bucket in buckets if bucket.points] for buckets in shown]
    if not any(measured):
        return None
    first = min(buckets[0].first for buckets in measured if buckets)
    last = max(buckets[-1].last for buckets in measured if buckets)
    axis = fit_axis([value for buckets in measured for b in buckets for value in (b.low, b.high)], log=is_log)
    canvas = Canvas(size[0], size[1], plot_glyphs())
    for layer, each in enumerate(series):
        columns = columns_of(measured[layer], first, last, canvas.columns)
        (_draw_points if each.shape == "points" else _draw_line)(canvas, columns, axis, layer)
    labels = {
        _row_of(value, axis, canvas.height): label(value) for value in ticks(axis, max(3, size[1] // 3))
    }
    return _Picture(canvas, labels, first, last, shown)


def _row_of(value: float, axis: Axis, rows: int) -> int:
    return min(rows - 1, int((1 - axis.place(value)) * rows))


def _draw_line(canvas: Canvas, columns: Sequence[Bucket | None], axis: Axis, layer: int) -> None:
    """Each column from its lowest to its highest value, joined to the one before."""
    before: tuple[int, int] | None = None
    for x, bucket in enumerate(columns):
        if bucket is None:
            continue
        middle = _row_of(bucket.mean, axis, canvas.rows)
        canvas.column(
            x, _row_of(bucket.high, axis, canvas.rows), _row_of(bucket.low, axis, canvas.rows), layer
        )
        if before is not None:
            _join(canvas, before, (x, middle), layer)
        before = (x, middle)


def _join(canvas: Canvas, start: tuple[int, int], end: tuple[int, int], layer: int) -> None:
    (x0, y0), (x1, y1) = start, end
    y = y0
    for x in range(x0, x1 + 1):
        goal = y0 + round((y1 - y0) * (x - x0) / max(1, x1 - x0))
        canvas.column(x, min(y, goal), max(y, goal), layer)
        y = goal


def _draw_points(canvas: Canvas, columns: Sequence[Bucket | None], axis: Axis, layer: int) -> None:
    for x, bucket in enumerate(columns):
        if bucket is not None:
            canvas.mark(x, _row_of(bucket.mean, axis, canvas.rows), plot_glyphs().point, layer)
