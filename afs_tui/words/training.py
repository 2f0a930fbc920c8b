"""What stands before a training, in words: the work, what it is forecast to need, and the machine's room."""

from collections.abc import Callable

from textual.content import Content

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.format import show_bytes, show_count, show_duration
from afs_tui.glyphs import glyphs

_NAME_WIDTH = 8


def describe_need(view: api.TrainingView) -> list[Content]:
    """A line each: work, time, memory beside what is free, GPU, and whether it fits."""
    free, total = show_bytes(view.memory_free_bytes), show_bytes(view.memory_bytes)
    lines = [("work", _work(view))]
    if view.need is not None:
        memory = view.need.memory_bytes
        if view.need.seconds is not None:
            lines.append(("time", _spread(view.need.seconds, show_duration)))
        lines.append((view.need.memory_kind, _spread(memory, show_bytes)))
    lines += [
        ("free", f"{free} of {total}, {view.cpus} CPUs"),
        ("GPU", clean_line(view.gpu) or "none found"),
    ]
    named = [Content.assemble((f"{name:<{_NAME_WIDTH}}", "$foreground-muted"), text) for name, text in lines]
    return named if view.need is None else [*named, _verdict(view.need)]


def _work(view: api.TrainingView) -> str:
    if not view.rows:
        return "not known before balance"
    return f"{show_count(view.rows)} rows, {show_count(view.steps)} steps"


def _spread(found: api.Spread, show: Callable[[float], str]) -> str:
    return f"{show(found.expected)} ({show(found.low)} to {show(found.high)})"


def _verdict(need: api.TrainingNeed) -> Content:
    if need.fits == "yes":
        return Content.assemble((f"{glyphs().done} fits", "$success"))
    words = "does not fit" if need.fits == "no" else "may not fit"
    advice = f": {need.smaller} would" if need.smaller else ""
    return Content.assemble((f"{glyphs().failed} {words}", "bold $warning"), advice)
