"""Writing the meter into the ledger, and saying what it shows.

Ties the pure meter to a clock and the ledger; raises the alarms of a run's budget, each once.
"""

from collections.abc import Callable
from dataclasses import replace

from afs_engine.events import AnyEvent, BudgetAlarm, CostTick
from afs_engine.stages.cloud.ledger.ledger import Ledger
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.money.amounts import to_usd
from afs_engine.stages.cloud.money.meter import Reading, advance
from afs_engine.stages.cloud.rental.clock import Clock, elapsed_seconds


class Metering:
    """Counts time for the rentals of one ledger."""

    def __init__(self, ledger: Ledger, clock: Clock, emit: Callable[[AnyEvent], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._emit = emit

    def count(self, rental_id: str, reading: Reading | None) -> RentalRecord:
        """The rental with its meter advanced to now; without a reading it goes on as it was."""
        now = self._clock.moment()

        def step(rental: RentalRecord) -> RentalRecord:
            seconds = elapsed_seconds(rental.metered, now)
            return replace(rental, meter=advance(rental.meter, seconds, reading or Reading()), metered=now)

        rental, spent, reached = self._ledger.count(rental_id, step)
        self._tell(rental, spent, reached)
        return rental

    def life_seconds(self, rental: RentalRecord) -> float:
        return elapsed_seconds(rental.opened, self._clock.moment())

    def _tell(self, rental: RentalRecord, spent: int, reached: list[int]) -> None:
        meter = rental.meter
        self._emit(
            CostTick(
                at_most_usd=meter.at_most_usd,
                metered_usd=meter.metered_usd,
                committed_usd=to_usd(rental.committed),
                usd_per_hour=meter.prices.running_usd_per_hour(meter.disk_gb),
            )
        )
        for percent in reached:
            self._emit(
                BudgetAlarm(percent=percent, spent_usd=to_usd(spent), budget_usd=to_usd(rental.run_cap))
            )
