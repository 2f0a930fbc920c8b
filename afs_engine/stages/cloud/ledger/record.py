"""One rental as the ledger keeps it, from the intent before its order to its proven end."""

from dataclasses import dataclass
from typing import Literal

from afs_engine.stages.cloud.money.amounts import micro_up
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.money.meter import Meter
from afs_engine.stages.cloud.provider import Offer
from afs_engine.stages.cloud.rental.clock import Moment

# creating: the order may have been sent. rented: the instance is known. destroying: until proven gone.
State = Literal["creating", "rented", "destroying", "closed"]


@dataclass(frozen=True)
class RentalRecord:
    """Amounts in micro-dollars. `invoiced` is the provider's own figure, None until it is known."""

    rental_id: str
    run_id: str
    name: str
    label: str
    offer: Offer
    need: JobNeed
    committed: int
    run_cap: int
    opened: Moment
    meter: Meter
    metered: Moment
    state: State = "creating"
    state_since: float = 0.0
    instance_id: int | None = None
    closed_at: float | None = None
    invoiced: int | None = None
    outcome: str = ""
    job_done: bool = False
    folder: str = ""

    @property
    def is_open(self) -> bool:
        return self.state != "closed"

    @property
    def charged(self) -> int:
        """What the budget counts as spent: the invoice, or the most it can be. Nothing if never made."""
        if self.instance_id is None:
            return 0
        return micro_up(self.meter.at_most_usd) if self.invoiced is None else self.invoiced

    @property
    def held(self) -> int:
        """What the rental takes from every budget it falls into."""
        return max(self.committed, self.charged) if self.is_open else self.charged
