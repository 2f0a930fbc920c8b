"""Live progress of a run on stderr: one bar a stage on a terminal, one line a stage elsewhere.

Reads events only; knows nothing of what makes them. What draws bars is imported only for a terminal.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from afs_engine import events
from afs_engine.cli.rental_line import rental_line
from afs_engine.cli.stage_line import stage_line
from afs_engine.data.display import clean_text

Watch = Callable[[events.AnyEvent], None]


@contextmanager
def watch_events() -> Iterator[Watch]:
    """A function to be called with every event; its display ends with the block."""
    if not sys.stderr.isatty():
        yield _PlainWatch().show
        return
    from afs_engine.cli.progress_bars import watch_with_bars

    with watch_with_bars() as watch:
        yield watch


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
            case events.RentalChanged() | events.BudgetAlarm():
                _print(rental_line(event))
            case events.LogLine(level="warning" | "error"):
                _print(f"{event.level}: {event.text}")
            case _:
                pass


def _print(text: str) -> None:
    print(clean_text(text), file=sys.stderr, flush=True)  # noqa: T201 - this module is the narration
