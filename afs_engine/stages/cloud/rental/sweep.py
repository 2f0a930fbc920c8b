"""The sweep: what the account rents against what the ledger knows, and putting the two in order.

Destroys only what is ours by its whole label and has no living run. Foreign instances are shown with
their price and never touched.
"""

from collections.abc import Callable
from dataclasses import dataclass

from afs_engine.stages.cloud.ledger.ledger import Ledger
from afs_engine.stages.cloud.provider import Instance, Provider
from afs_engine.stages.cloud.rental.account import Sighting, compare
from afs_engine.stages.cloud.rental.asking import ask_again
from afs_engine.stages.cloud.rental.clock import Clock
from afs_engine.stages.cloud.rental.controller import Controller
from afs_engine.stages.cloud.rental.destruction import destroy_until_gone
from afs_engine.stages.cloud.rental.pace import Pace

IsAlive = Callable[[str], bool]


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep would do: runs to clean up (no controller lives), orphans to destroy, the rest."""

    dead_runs: tuple[str, ...]
    orphans: tuple[Sighting, ...]
    living: tuple[Sighting, ...]
    foreign: tuple[Sighting, ...]

    @property
    def has_work(self) -> bool:
        return bool(self.dead_runs or self.orphans)


def plan_sweep(provider: Provider, ledger: Ledger, clock: Clock, pace: Pace, is_alive: IsAlive) -> SweepPlan:
    """Looks at everything; `is_alive` says whether a run's controller lives."""
    listed = ask_again(provider.list_instances, clock, pace)
    rentals = ledger.rentals()
    seen = compare(listed, rentals, ledger.owner())
    runs = dict.fromkeys(each.run_id for each in rentals if each.is_open)
    return SweepPlan(
        dead_runs=tuple(run for run in runs if not is_alive(run)),
        orphans=tuple(each for each in seen if each.kind == "orphan"),
        living=tuple(each for each in seen if each.kind == "known"),
        foreign=tuple(each for each in seen if each.kind == "foreign"),
    )


def carry_out(
    plan: SweepPlan,
    controller: Controller,
    provider: Provider,
    clock: Clock,
    pace: Pace,
    narrate: Callable[[str], None],
) -> None:
    """Destroys what the plan names and proves it gone. Runs that came alive meanwhile hold their lock."""

    def tick(found: Instance | None, trouble: str) -> None:
        if trouble:
            narrate(f"not destroyed yet: {trouble}")

    for sighting in plan.orphans:
        destroy_until_gone(provider, sighting.instance.instance_id, clock, pace, tick)
    for run_id in plan.dead_runs:
        controller.clean_up(run_id, "swept: its controller was gone")
