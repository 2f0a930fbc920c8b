"""Live progress of a run on stderr: one bar a stage on a terminal, one line a stage elsewhere.

Reads events only; knows nothing of what makes them.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from afs_engine import events
from afs_engine.data.display import clean_text

Watch = Callable[[events.AnyEvent], None]


@contextmanager
def watch_events(name: str = "") -> Iterator[Watch]:
    """A function to be called with every event; its display ends with the block."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        yield _PlainWatch().show
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<9}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _BarWatch(console, progress).show


class _PlainWatch:
    """For pipes and logs: one line when a stage ends, and every tenth of a training."""

    def __init__(self) -> None:
        self._told_tenth = -1
        self._loss = ""

    def show(self, event: events.AnyEvent) -> None:
        match event:
            case events.StageFinished():
                _print(stage_line(event))
            case events.MetricPoint(name="train_loss"):
                self._loss = f", loss {event.value:.3f}"
            case events.Progress(stage="train", total=int(total)) if total:
                tenth = event.done * 10 // total
                if tenth != self._told_tenth:
                    self._told_tenth = tenth
                    _print(f"train: {event.done:,} of {total:,} {event.unit}{self._loss}")
            case events.LogLine(level="warning" | "error"):
                _print(f"{event.level}: {event.text}")
            case _:
                pass


class _BarWatch:
    """For terminals: a bar for the stage at work; finished stages stay as lines above it."""

    def __init__(self, console: Console, progress: Progress) -> None:
        self._console = console
        self._progress = progress
        self._task: TaskID | None = None
        self._loss = ""

    def show(self, event: events.AnyEvent) -> None:
        match event:
            case events.StageStarted():
                self._begin(event.stage)
            case events.Progress():
                self._advance(event)
            case events.MetricPoint(name="train_loss"):
                self._loss = f"loss {event.value:.3f}"
            case events.StageFinished():
                self._end()
                self._line(stage_line(event))
            case events.LogLine(level="warning" | "error"):
                self._line(f"{event.level}: {event.text}")
            case events.RunFailed():
                self._end()
            case _:
                pass

    def _line(self, text: str) -> None:
        self._console.print(clean_text(text), markup=False)

    def _begin(self, stage: str) -> None:
        self._end()
        self._task = self._progress.add_task(stage, total=None, unit="", note="")

    def _advance(self, event: events.Progress) -> None:
        if self._task is None:
            self._begin(event.stage)
        assert self._task is not None
        note = clean_text(event.note or self._loss)[:40]
        self._progress.update(self._task, completed=event.done, total=event.total, unit=event.unit, note=note)

    def _end(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        self._loss = ""


def stage_line(event: events.StageFinished) -> str:
    """One stage's end in words."""
    rows = f"{event.rows_in:,} -> {event.rows_out:,} rows" if event.rows_in else ""
    took = "cached" if event.state == "cached" else f"{event.seconds:.1f} s"
    return f"{event.stage:<9} {took:>8}  {rows}".rstrip()


def _print(text: str) -> None:
    print(clean_text(text), file=sys.stderr, flush=True)  # noqa: T201 - this module is the narration
