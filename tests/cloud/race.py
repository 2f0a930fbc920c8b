"""Two processes that want the last dollar at the same moment, again and again."""

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from afs_engine.errors import BudgetError
from afs_engine.stages.cloud.ledger.ledger import Ledger
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.money.budget import Caps
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.money.meter import Meter
from afs_engine.stages.cloud.money.prices import Prices
from afs_engine.stages.cloud.provider import Offer
from afs_engine.stages.cloud.rental.clock import Moment

CAP = 1_000_000
WANTED = 600_000  # two of them do not fit
OWNER = "0123456789ab"


def rental(rental_id: str, run_id: str, committed: int = WANTED) -> RentalRecord:
    """An intent that holds `committed` micro-dollars."""
    prices = Prices(0.4, 0.1, 0.01, 0.01)
    offer = Offer(1, 1, "RTX 4090", 1, 24.0, 100.0, prices)
    need = JobNeed(20.0, 40.0, 0.5, 1.0)
    now = Moment(1_800_000_000.0, "boot", 1.0)
    meter = Meter(prices, 40.0, 1.0, 1.0)
    return RentalRecord(
        rental_id,
        run_id,
        "majora",
        "label",
        offer,
        need,
        committed,
        CAP,
        now,
        meter,
        now,
        state_since=now.wall,
    )


def _contend(folder: Path, rounds: int, name: str, gate: Barrier) -> None:
    for index in range(rounds):
        ledger = Ledger(folder / f"{index}.sqlite")
        gate.wait(120)
        try:
            # separate runs: what they share is the day
            ledger.admit(rental(f"{index}-{name}", f"{name}"), Caps(CAP, CAP, CAP))
        except BudgetError:
            continue


def race(folder: Path, rounds: int) -> list[int]:
    """What is committed after each round, in micro-dollars."""
    context = multiprocessing.get_context("fork")
    for index in range(rounds):
        Ledger(folder / f"{index}.sqlite").create(OWNER)
    gate = context.Barrier(2)
    both = [context.Process(target=_contend, args=(folder, rounds, name, gate)) for name in ("a", "b")]
    for each in both:
        each.start()
    for each in both:
        each.join(900)
        assert each.exitcode == 0
    return [sum(each.held for each in Ledger(folder / f"{i}.sqlite").rentals()) for i in range(rounds)]
