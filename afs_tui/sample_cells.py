"""A sample as a row of the sample table: its columns, its cells, and what each column sorts by. Pure."""

from afs_engine import api
from afs_tui.format import NOT_MEASURED, show_count_short
from afs_tui.models.thresholds import as_float32
from afs_tui.widgets.row_list import Column
from afs_tui.widgets.sample_table import TableRow

_COMPONENTS = ("length", "entity", "asar", "electra")
_SORTS = ("overall", "", "domain", "source", *_COMPONENTS, "output_chars", "")

SAMPLE_COLUMNS = (
    Column("score", 6, "right"),
    Column("line", 5),
    Column("domain", 14, from_width=70),
    Column("source", 12, from_width=130),
    *(Column(name, 8, "right", from_width=100) for name in _COMPONENTS),
    Column("chars", 6, "right", from_width=90),
    Column("instruction"),
)


def sample_row(line: "api.SampleLine", threshold: float | None) -> TableRow:
    """The row of a sample; one that the threshold drops is faint and says "drop"."""
    passes = threshold is None or (
        line.overall is not None and as_float32(line.overall) >= as_float32(threshold)
    )
    cells = (
        _score(line.overall),
        "keep" if passes else "drop",
        line.domain,
        line.source,
        *(_score(line.components.get(name)) for name in _COMPONENTS),
        show_count_short(line.output_chars),
        line.instruction,
    )
    return TableRow(cells, is_faint=not passes)


def sort_of_column(column: int, is_descending: bool) -> tuple[str, bool]:
    """What the engine shall sort by for a column; a column without an order gives that near the line."""
    return (_SORTS[column], is_descending) if _SORTS[column] else (api.NEAR_LINE, False)


def _score(value: float | None) -> str:
    return NOT_MEASURED if value is None else f"{value:.3f}"
