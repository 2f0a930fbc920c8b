"""Dollars as whole micro-dollars, and dollars as a person writes them.

Sums that decide about money are made of integers, so that a thousand small additions never drift
past a cap. It must not know what the money is for.
"""

import math

from afs_engine.errors import UsageError

MICRO_PER_USD = 1_000_000
LARGEST_BUDGET_USD = 10_000.0  # a larger one is taken for a slip of the finger


def micro_up(usd: float) -> int:
    """Dollars to micro-dollars, rounded up: money that is held or spent is never understated."""
    return math.ceil(round(usd * MICRO_PER_USD, 3))


def micro_down(usd: float) -> int:
    """Dollars to micro-dollars, rounded down: a limit is never overstated."""
    return math.floor(round(usd * MICRO_PER_USD, 3))


def to_usd(micro: int) -> float:
    return micro / MICRO_PER_USD


def checked_budget(value: object, name: str) -> float:
    """`value` as a budget in dollars. Raises UsageError unless it is a plain number in (0, 10,000]."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{name} is not a number of dollars", hint="write plain US dollars, such as 50")
    if not math.isfinite(value) or value <= 0:
        raise UsageError(f"{name} is {value}", hint="a budget is a number of dollars above 0")
    if value > LARGEST_BUDGET_USD:
        raise UsageError(
            f"{name} is {value:g} dollars, above the largest allowed, {LARGEST_BUDGET_USD:,.0f}",
            hint="write plain US dollars, such as 50",
        )
    return float(value)
