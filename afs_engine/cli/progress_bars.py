"""Progress on a terminal: a bar for the stage at work; finished stages stay as lines above it.

Reads events only. Imports the drawing library, so it is itself imported only for a terminal.
"""

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
from afs_engine.cli.rental_line import rental_line
from afs_engine.cli.stage_line import stage_line
from afs_engine.data.display import clean_text


@contextmanager
def watch_with_bars() -> Iterator[Callable[[events.AnyEvent], None]]:
    """A function to be called with every event; the bars go with the block."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
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


class _BarWatch:
    """For terminals: a bar for the stage at work; finished stages stay as lines above it."""

    def __init__(self, console: Console, progress: Progress) -> None:
        self._console = console
        self._progress = progress
        self._task: TaskID | None = None
        self._loss = ""
        self._cost = ""

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
            case events.RentalChanged() | events.BudgetAlarm():
                self._line(rental_line(event))
            case events.CostTick():
                self._cost = f"${event.metered_usd:.3f} (at most ${event.at_most_usd:.3f})"
                self._show_cost()
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
        note = clean_text(event.note or " ".join(each for each in (self._loss, self._cost) if each))[:60]
        self._progress.update(self._task, completed=event.done, total=event.total, unit=event.unit, note=note)

    def _show_cost(self) -> None:
        """The live cost line of a rented machine, also before training has begun."""
        if self._task is None:
            self._begin("rented")
        assert self._task is not None
        self._progress.update(self._task, note=self._cost)

    def _end(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        self._loss = ""
