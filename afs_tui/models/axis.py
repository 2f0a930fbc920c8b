"""The axes of a chart: from values to dots, and round numbers for the labels. Pure."""

import math
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of values, linear or logarithmic; `low` is below `high`, and above 0 where `log`."""

    low: float
    high: float
    log: bool = False

    def place(self, value: float) -> float:
        """Where `value` lies: 0 at `low`, 1 at `high`."""
        low, high, here = self.low, self.high, value
        if self.log:
            low, high, here = math.log(low), math.log(high), math.log(max(value, self.low))
        return min(max((here - low) / (high - low), 0.0), 1.0)

    def value_at(self, place: float) -> float:
        """The value at a place from 0 to 1."""
        if self.log:
            return math.exp(math.log(self.low) + place * (math.log(self.high) - math.log(self.low)))
        return self.low + place * (self.high - self.low)


def fit_axis(values: list[float], *, log: bool = False) -> Axis:
    """An axis that holds `values` (finite), with some air. Log needs values above 0, else it is linear."""
    if log:
        values = [value for value in values if value > 0] or [1.0]
        low, high = min(values), max(values)
        return Axis(low / 1.05, high * 1.05, log=True)
    low, high = min(values, default=0.0), max(values, default=1.0)
    air = (high - low) * 0.04 or abs(high) * 0.1 or 0.5
    return Axis(low - air if low < 0 or low - air > 0 else 0.0, high + air)


def ticks(axis: Axis, most: int) -> list[float]:
    """At most `most` round values inside the axis, ascending."""
    if axis.log:
        return _log_ticks(axis, most)
    raw = (axis.high - axis.low) / max(1, most)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * size for factor in (*_STEPS, 20.0) if factor * size >= raw)
    first = math.ceil(axis.low / step)
    last = math.floor(axis.high / step)
    return [round(number * step, 12) for number in range(first, last + 1)][:most]


def _log_ticks(axis: Axis, most: int) -> list[float]:
    powers = range(math.floor(math.log10(axis.low)), math.ceil(math.log10(axis.high)) + 1)
    for factors in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,)):
        found = [
            factor * 10.0**power
            for power in powers
            for factor in factors
            if axis.low <= factor * 10.0**power <= axis.high
        ]
        if len(found) <= most:
            return found if len(found) > 1 else [axis.low, axis.high][:most]
    every = math.ceil(len(found) / max(1, most))
    return found[::every]


def label(value: float) -> str:
    """A short number for an axis: 0.5, 12, 3.2k, 1e-05."""
    if value == 0:
        return "0"
    size = abs(value)
    if size < 0.001:
        return f"{value:.0e}"
    if size >= 10_000:
        return f"{value / 1000:.3g}k" if size < 1e6 else f"{value / 1e6:.3g}M"
    return f"{value:.4g}" if size >= 1 else f"{value:.3g}"
