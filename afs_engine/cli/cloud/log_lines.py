"""One line for an event of a rented run; "" for events that only a screen shows."""

from afs_engine import events
from afs_engine.cli.jobs.words import time_text
from afs_engine.cli.rental_line import rental_line


def log_line(event: events.AnyEvent) -> str:
    """The event with its time."""
    text = _text(event)
    return f"{time_text(event.at)}  {text}" if text else ""


def _text(event: events.AnyEvent) -> str:
    match event:
        case events.RentalChanged() | events.BudgetAlarm():
            return rental_line(event)
        case events.LogLine():
            return event.text
        case events.MetricPoint(name="train_loss" | "val_loss"):
            return f"step {event.step}: {event.name} {event.value:.4f}"
        case _:
            return ""
