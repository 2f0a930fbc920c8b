"""A job in words and marks: its state, how far it is, what is left. Pure; knows no widget."""

from textual.content import Content

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.format import show_count, show_duration, show_number
from afs_tui.glyphs import draw_bar, glyphs
from afs_tui.models.job_feed import JobFeed, StageProgress

_STYLES = {
    "starting": "$primary",
    "running": "$primary",
    "stalled": "$warning",
    "paused": "$warning",
    "finished": "$success",
    "failed": "$error",
    "killed": "$error",
    "stopped": "$warning",
}


def state_mark(state: str) -> str:
    """The mark of a job's or a stage's state."""
    marks = glyphs()
    return {
        "starting": marks.running,
        "running": marks.running,
        "stalled": marks.unknown,
        "paused": marks.stopped,
        "finished": marks.done,
        "executed": marks.done,
        "cached": marks.cached,
        "failed": marks.failed,
        "killed": marks.failed,
        "stopped": marks.stopped,
    }.get(state, marks.waiting)


def show_state(state: str) -> Content:
    """Mark and word, coloured."""
    return Content.styled(f"{state_mark(state)} {state}", f"bold {_STYLES.get(state, '')}")


def show_progress(stage: StageProgress, width: int) -> str:
    """A bar with counts, rate and time left, as much as `width` holds."""
    parts = [f"{show_count(stage.done)}/{show_count(stage.total)} {stage.unit}".strip()]
    if stage.rate_per_second is not None:
        parts.append(f"{show_number(stage.rate_per_second, 3)}/s")
    if stage.left_seconds is not None:
        parts.append(f"{show_duration(stage.left_seconds)} left")
    text = "  ".join(parts)
    if stage.share is None:
        return text
    bar = max(0, min(24, width - len(text) - 8))
    percent = f"{int(100 * stage.share):3d} % "
    return f"{percent}{draw_bar(stage.share, bar)} {text}" if bar >= 4 else f"{percent}{text}"


def describe_job(job: "api.Job", feed: JobFeed, width: int) -> Content:
    """One line: the job, where it is, how far, its loss; or how it ended and what to press."""
    head = Content.assemble(show_state(job.state), f" {clean_line(job.id)}")
    if not job.is_live:
        told = f": {clean_line(job.reason)}" if job.reason else ""
        return Content.assemble(head, (told, "$foreground-muted"))
    stage = feed.stages.get(feed.stage)
    parts = [head, Content(f": {feed.stage}" if feed.stage else "")]
    room = width - sum(part.cell_length for part in parts) - 16
    if stage is not None and stage.done:
        parts.append(Content(f" {show_progress(stage, room)}"))
    loss = feed.curves.get("train_loss")
    if loss is not None and loss.last_value is not None and feed.stage == "train":
        parts.append(Content.styled(f"  loss {show_number(loss.last_value)}", "$accent"))
    return Content("").join(parts)
