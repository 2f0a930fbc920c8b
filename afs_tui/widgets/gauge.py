"""One measured quantity over time: its name, its newest value, and the last minutes as columns.

"Not measured" is shown as a dash and a gap, never as 0. Knows no clock: one column is one `add`.
"""

from collections import deque
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from afs_tui.cells import one_line, pad
from afs_tui.format import NOT_MEASURED
from afs_tui.plot_glyphs import plot_glyphs

_LABEL_CELLS = 10
_VALUE_CELLS = 18
_HISTORY = 600


class Gauge(Widget):
    """`full` is the value at which a column is full; None scales to the largest value in sight."""

    DEFAULT_CSS = """
    Gauge { height: 1; width: 1fr; }
    Gauge > .gauge--label { color: $text-muted; }
    Gauge > .gauge--columns { color: $primary; }
    Gauge > .gauge--high { color: $warning; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"gauge--ground", "gauge--label", "gauge--columns", "gauge--high"}

    def __init__(
        self,
        label: str,
        *,
        full: float | None = None,
        high_share: float = 0.9,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._label = label
        self._full = full
        self._high_share = high_share
        self._values: deque[float | None] = deque(maxlen=_HISTORY)
        self._text = NOT_MEASURED

    def add(self, value: float | None, text: str) -> None:
        """The newest value and how it reads; None is "not measured"."""
        self._values.append(value)
        self._text = text if value is not None else NOT_MEASURED
        self.refresh()

    @property
    def is_high(self) -> bool:
        """Whether the newest value is near what there is; then the value has a "!"."""
        newest = self._values[-1] if self._values else None
        return newest is not None and self._full is not None and newest >= self._high_share * self._full

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        label_cells = min(_LABEL_CELLS, width)
        value_cells = min(_VALUE_CELLS, max(0, width - label_cells))
        label = self.get_component_rich_style("gauge--label")
        value = self.get_component_rich_style("gauge--high" if self.is_high else "gauge--ground")
        columns = self.get_component_rich_style("gauge--high" if self.is_high else "gauge--columns")
        text = one_line(self._text, value_cells - 2) + (" !" if self.is_high else "")
        is_first = y == 0
        return Strip(
            [
                Segment(pad(self._label if is_first else "", label_cells), label),
                Segment(pad(text if is_first else "", value_cells), value),
                Segment(self._columns(width - label_cells - value_cells, height, y), columns),
            ]
        ).adjust_cell_length(width, self.get_component_rich_style("gauge--ground"))

    def _columns(self, cells: int, height: int, y: int) -> str:
        shown = list(self._values)[-cells:] if cells > 0 else []
        most = self._full or max((value for value in shown if value is not None), default=0.0) or 1.0
        levels = plot_glyphs().levels
        floor = height - 1 - y
        marks = []
        for value in shown:
            share = min((value or 0.0) / most, 1.0) * height - floor
            least = 1 if value is not None and floor == 0 else 0
            marks.append(levels[min(max(round(share * (len(levels) - 1)), least), len(levels) - 1)])
        return "".join(marks).rjust(max(0, cells))
