"""One line for what happens to a rented machine. Reads events only."""

from afs_engine import events


def rental_line(event: events.RentalChanged | events.BudgetAlarm) -> str:
    """E.g. "machine 31000001 rented: RTX 4090"."""
    if isinstance(event, events.BudgetAlarm):
        spent, budget = f"${event.spent_usd:.2f}", f"${event.budget_usd:.2f}"
        return f"warning: {event.percent} % of the budget is used: {spent} of {budget}"
    which = "" if event.instance_id is None else f" {event.instance_id}"
    return f"machine{which} {event.state}: {event.note}"
