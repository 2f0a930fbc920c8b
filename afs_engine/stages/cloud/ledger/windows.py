"""The days and months that budgets are counted in: UTC, from a moment in seconds since the epoch."""

from datetime import UTC, datetime


def day_start(at: float) -> float:
    """The beginning of the day."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def month_start(at: float) -> float:
    """The beginning of the month."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()
