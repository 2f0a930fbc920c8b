"""Caps per run, day and month; whether a rental may start under them; when to warn.

Counts committed money, not only what is spent: a rental holds its worst case from before it is
ordered until it is proven gone. Pure; the ledger asks these functions inside a transaction.
"""

from dataclasses import dataclass

from afs_engine.stages.cloud.money.amounts import to_usd

ALARM_PERCENTS = (50, 75, 90, 100)


@dataclass(frozen=True)
class Caps:
    """The three caps in micro-dollars. There is no "no cap"."""

    run: int
    day: int
    month: int


@dataclass(frozen=True)
class Held:
    """Money of one window in micro-dollars: `spent` by closed rentals, `committed` by open ones."""

    spent: int = 0
    committed: int = 0

    @property
    def total(self) -> int:
        return self.spent + self.committed


@dataclass(frozen=True)
class Holdings:
    """What is held in the run, today and this month (UTC)."""

    run: Held
    day: Held
    month: Held


def refusal(caps: Caps, holdings: Holdings, worst: int) -> str:
    """Why a rental that may cost `worst` micro-dollars must not start; "" when it may.

    Invariant: spent + committed + worst <= cap, for run, day and month.
    """
    windows = (
        ("run", caps.run, holdings.run),
        ("day", caps.day, holdings.day),
        ("month", caps.month, holdings.month),
    )
    for name, cap, held in windows:
        if held.total + worst > cap:
            left = to_usd(max(0, cap - held.total))
            return (
                f"the {name}'s budget does not cover it: at worst ${to_usd(worst):.2f}, left ${left:.2f} "
                f"of ${to_usd(cap):.2f} (spent ${to_usd(held.spent):.2f}, "
                f"committed ${to_usd(held.committed):.2f})"
            )
    return ""


def passed_alarms(spent: int, cap: int) -> tuple[int, ...]:
    """The alarm levels (percent of the cap) that `spent` has reached."""
    return tuple(percent for percent in ALARM_PERCENTS if spent * 100 >= cap * percent)
