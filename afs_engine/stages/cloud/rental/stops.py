"""Why a rental must end now: time, money, and states that last too long. Pure."""

from dataclasses import dataclass

from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.money.amounts import to_usd
from afs_engine.stages.cloud.money.lease import stop_is_due
from afs_engine.stages.cloud.money.meter import money_is_out
from afs_engine.stages.cloud.rental.pace import Pace


@dataclass(frozen=True)
class Ending:
    """How the use of a rental ended. `elsewhere`: another machine may go on with the job."""

    reason: str
    finished: bool = False
    elsewhere: bool = False


def limit_reached(rental: RentalRecord, life_seconds: float) -> Ending | None:
    """The two limits that nothing overrules: the deadline and the money."""
    if stop_is_due(life_seconds, rental.need.max_hours):
        return Ending(f"the time limit of {rental.need.max_hours:.2f} h was reached")
    if money_is_out(rental.meter, to_usd(rental.committed)):
        return Ending(f"the budget of ${to_usd(rental.committed):.2f} for this machine was reached")
    return None


def state_lasts_too_long(status: str, seconds: float, pace: Pace) -> Ending | None:
    """A state other than running costs money too and may never end."""
    limit = pace.limit_of(status)
    if limit is None or seconds < limit:
        return None
    shown = status or "provisioning"
    return Ending(f"the machine was '{shown}' for {seconds / 60:.0f} min", elsewhere=True)
