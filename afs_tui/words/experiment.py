"""Registered versions in words: the list, one in detail, several side by side, lineage. Pure."""

from textual.content import Content

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.format import NOT_MEASURED, show_dollars, show_duration, show_number
from afs_tui.glyphs import glyphs
from afs_tui.widgets.row_list import Cell, Column

EXPERIMENT_COLUMNS = (
    Column("", 3),
    Column("version"),
    Column("base", 16, from_width=60),
    Column("val", 7, "right"),
    Column("test", 7, "right"),
    Column("took", 8, "right", from_width=52),
    Column("created", 16, from_width=84),
)
_NAME_CELLS = 12
_MOST_ROWS = 60


def experiment_cells(line: "api.ExperimentLine", is_marked: bool) -> tuple[Cell, ...]:
    """Marks (chosen for comparing, in use), version, base, losses, duration, time."""
    marks = glyphs()
    marked = marks.selected if is_marked else " "
    in_use = marks.star if line.is_in_use else " "
    return (
        Content.assemble((marked, "bold $accent"), (in_use, "bold $success")),
        clean_line(line.label),
        clean_line(line.base_model),
        show_number(line.val_loss),
        show_number(line.test_loss),
        show_duration(line.duration_seconds),
        clean_line(line.created_at[:16].replace("T", " ")),
    )


def matches(line: "api.ExperimentLine", wanted: str) -> bool:
    """Whether all wanted words stand in the version's name, base, tags or notes."""
    text = " ".join([line.label, line.base_model, *line.tags, line.notes]).lower()
    return all(word in text for word in wanted.lower().split())


def describe_experiment(line: "api.ExperimentLine") -> Content:
    """One version in full."""
    rows = [
        ("in use", "yes" if line.is_in_use else "no, p promotes it"),
        ("base", line.base_model),
        ("parent", line.parent or NOT_MEASURED),
        ("val loss", show_number(line.val_loss)),
        ("test loss", show_number(line.test_loss)),
        ("took", show_duration(line.duration_seconds)),
        ("cost", show_dollars(line.cost_usd)),
        ("tags", ", ".join(line.tags) or NOT_MEASURED),
        ("notes", line.notes or NOT_MEASURED),
        ("adapter", line.adapter or NOT_MEASURED),
        ("run", line.run_dir or NOT_MEASURED),
    ]
    return _table([Content.styled(clean_line(line.label), "bold")], rows)


def describe_lineage(steps: "list[api.LineageStep]") -> Content:
    """From the version back to its first ancestor, each with sources and data."""
    lines: list[Content] = []
    for depth, step in enumerate(steps):
        lead = f"{glyphs().arrow} " if depth else ""
        lines.append(Content.styled(f"{lead}{clean_line(step.label)}", "bold $accent"))
        for name, values in (
            ("adapter", (step.adapter,)),
            ("run", (step.run_dir,)),
            ("sources", step.sources),
            ("data", step.data),
            ("missing", step.missing),
        ):
            style = "$error" if name == "missing" else ""
            for place, value in enumerate(each for each in values if each):
                label = name if place == 0 else ""
                lines.append(
                    Content.assemble(
                        (f"  {label:<{_NAME_CELLS}}", "$foreground-muted"), (clean_line(value), style)
                    )
                )
        lines.append(Content(""))
    return Content("\n").join(lines)


def describe_comparison(view: "api.ComparisonView", width: int) -> Content:
    """Measures first, then the settings that differ; one column a version."""
    cells = max(8, (width - 30) // max(1, len(view.labels)) - 1)
    lines = [_compared("", view.labels, cells, "bold")]
    if view.same_test_set is False:
        lines.append(Content.styled("different test sets: losses do not tell which is better", "$warning"))
    losses = [row for row in view.metrics if "loss" in row.name or "perplexity" in row.name]
    whole = [row for row in losses if "per_domain" not in row.name]
    by_domain = [row for row in losses if row not in whole]
    for title, rows in (("measured", whole), ("differs", list(view.differences)), ("by domain", by_domain)):
        lines.append(Content.styled(title, "bold $accent"))
        lines += [_compared(row.name, row.values, cells) for row in rows[:_MOST_ROWS]]
        if not rows:
            lines.append(Content.styled("  nothing", "$foreground-muted"))
    return Content("\n").join(lines)


def _compared(name: str, values: tuple[str, ...], cells: int, style: str = "") -> Content:
    parts = [Content.styled(clean_line(name), "$foreground-muted").truncate(28, ellipsis=True, pad=True)]
    parts += [
        Content.styled(clean_line(value) or NOT_MEASURED, style).truncate(cells, ellipsis=True, pad=True)
        for value in values
    ]
    return Content(" ").join(parts)


def _table(head: list[Content], rows: list[tuple[str, str]]) -> Content:
    lines = [
        Content.assemble((f"{name:<{_NAME_CELLS}}", "$foreground-muted"), clean_line(value))
        for name, value in rows
    ]
    return Content("\n").join([*head, *lines])
