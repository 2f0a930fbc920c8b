"""A stage of the pipeline as cells of a list: what is stored of it, or what is going on now. Pure."""

from textual.content import Content

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.format import show_count, show_duration
from afs_tui.glyphs import glyphs
from afs_tui.models.job_feed import StageProgress
from afs_tui.widgets.row_list import Cell, Column
from afs_tui.words.job import show_progress, state_mark

STAGE_COLUMNS = (
    Column("stage", 11),
    Column("state", 10),
    Column("rows in", 9, "right", from_width=64),
    Column("rows out", 9, "right"),
    Column("why"),
)
_PROGRESS_CELLS = 60


def stage_cells(stage: "api.StageLine", live: StageProgress | None) -> tuple[Cell, ...]:
    """Stage, state, rows in, rows out, and why it would run or how far it is."""
    if live is not None:
        return _live_cells(stage.stage, live)
    marks = glyphs()
    is_cached = stage.state == "cached"
    mark, style = (marks.cached, "$success") if is_cached else (marks.waiting, "$warning")
    return (
        Content.assemble((mark, style), " ", stage.stage),
        Content.styled("cached" if is_cached else "would run", style),
        show_count(stage.rows_in),
        show_count(stage.rows_out),
        Content.styled(clean_line(stage.why), "$foreground-muted"),
    )


def _live_cells(name: str, live: StageProgress) -> tuple[Cell, ...]:
    style = {"running": "$primary", "failed": "$error"}.get(live.state, "$success")
    if live.state == "running":
        told = show_progress(live, _PROGRESS_CELLS) if live.done else ""
    else:
        told = show_duration(live.seconds)
    return (
        Content.assemble((state_mark(live.state), f"bold {style}"), " ", name),
        Content.styled("done" if live.state == "executed" else live.state, style),
        show_count(live.rows_in),
        show_count(live.rows_out),
        Content.styled(told, "$foreground-muted"),
    )
