"""A quantity that is not known exactly: the least, the expected and the most it will be.

Owns the arithmetic of such bands. Pure; knows nothing of what is forecast.
"""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict


class Band(BaseModel):
    """`low <= expected <= high`, all in one unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    low: float
    expected: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def times(self, factor: float) -> "Band":
        """Every bound times `factor` (not below 0)."""
        return Band(low=self.low * factor, expected=self.expected * factor, high=self.high * factor)


def exactly(value: float) -> Band:
    """A quantity that follows from the settings alone."""
    return Band(low=value, expected=value, high=value)


def around(value: float, low: float, high: float) -> Band:
    """`value` as expected, `low` and `high` times that as the bounds."""
    return Band(low=value * low, expected=value, high=value * high)


def add(bands: Iterable[Band]) -> Band:
    """The sum; its bounds are the sums of bounds, as parts are wrong in the same direction."""
    found = list(bands)
    return Band(
        low=sum(band.low for band in found),
        expected=sum(band.expected for band in found),
        high=sum(band.high for band in found),
    )


def larger(first: Band, second: Band) -> Band:
    """Bound by bound the larger of two."""
    return Band(
        low=max(first.low, second.low),
        expected=max(first.expected, second.expected),
        high=max(first.high, second.high),
    )
