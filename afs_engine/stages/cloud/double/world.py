"""The stand-in's world: instances, what happens to them as time passes, and what they cost.

Keeps the exact invoice of every instance. Knows nothing of requests; `rest` speaks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from afs_engine.stages.cloud.double.catalogue import make_offers, priced
from afs_engine.stages.cloud.double.faults import FaultDice, FaultPlan

_BILLED = ("running", "frozen")


@dataclass
class RentedMachine:
    """One instance. `changes` are states to come, each with its time; `facts` are fields as sent."""

    instance_id: int
    label: str
    offer: dict[str, Any]
    disk_gb: float
    created_at: float
    onstart: str = ""
    bid: float | None = None
    status: str | None = None
    changes: list[tuple[float, str | None]] = field(default_factory=list)
    price_change: tuple[float, float] | None = None
    price_factor: float = 1.0
    gpu_usd: float = 0.0
    storage_usd: float = 0.0
    into_gb: float = 0.0
    out_gb: float = 0.0
    into_usd: float = 0.0
    out_usd: float = 0.0
    counted_until: float = 0.0
    destroyed_at: float | None = None
    started: bool = False
    dead_man_missing: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    @property
    def invoice_usd(self) -> float:
        return self.gpu_usd + self.storage_usd + self.into_usd + self.out_usd

    def move_data(self, *, into_gb: float = 0.0, out_gb: float = 0.0) -> None:
        self.into_gb += into_gb
        self.out_gb += out_gb
        self.into_usd += into_gb * self.offer["inet_down_cost"]
        self.out_usd += out_gb * self.offer["inet_up_cost"]


class World:
    """All that the stand-in rents out and has rented out."""

    def __init__(
        self,
        clock: Callable[[], float],
        plan: FaultPlan | None = None,
        *,
        offers: int = 24,
        seconds_to_load: tuple[float, float] = (20.0, 240.0),
        image_gb: float = 0.0,
    ) -> None:
        self.plan = plan or FaultPlan()
        self.dice = FaultDice(self.plan)
        self.clock = clock
        self.started_at = clock()
        self.offers = make_offers(self.plan.seed, offers)
        self.taken: set[int] = set()
        self.machines: dict[int, RentedMachine] = {}
        self.credit_usd = 100.0
        self.auto_billing = False
        self.on_start: Callable[[RentedMachine], None] = lambda machine: None
        self.on_destroy: Callable[[RentedMachine], None] = lambda machine: None
        self._seconds_to_load = seconds_to_load
        self._image_gb = image_gb
        self._next_id = 31_000_000

    def alive(self) -> list[RentedMachine]:
        return [each for each in self.machines.values() if each.destroyed_at is None]

    def rent(self, offer_id: int, body: dict[str, Any]) -> RentedMachine:
        """A new instance from an offer, which is then taken."""
        self.taken.add(offer_id)
        machine = self.add(self.offers[offer_id], body.get("label") or "", float(body.get("disk") or 8.0))
        machine.onstart = body.get("onstart") or ""
        machine.bid = body.get("price")
        self._plan_life(machine)
        return machine

    def add(self, offer: dict[str, Any], label: str, disk_gb: float) -> RentedMachine:
        """An instance that is simply there, such as one that somebody else rented."""
        self._next_id += 1
        now = self.clock()
        machine = RentedMachine(self._next_id, label, dict(offer), disk_gb, now, counted_until=now)
        self.machines[machine.instance_id] = machine
        return machine

    def destroy(self, instance_id: int) -> None:
        machine = self.machines[instance_id]
        self._count(machine, self.clock())
        if machine.destroyed_at is None:
            machine.destroyed_at = self.clock()
            self.on_destroy(machine)

    def advance(self) -> None:
        """Lets happen what is due; what nothing happens to is billed when somebody asks."""
        now = self.clock()
        for machine in list(self.machines.values()):
            if machine.destroyed_at is None and (machine.changes or machine.price_change):
                self._live(machine, now)

    def invoice_usd(self, machine: RentedMachine) -> float:
        """What the instance has cost until now."""
        if machine.destroyed_at is None:
            self._count(machine, self.clock())
        return machine.invoice_usd

    def show(self, machine: RentedMachine) -> dict[str, Any]:
        """The instance with the provider's field names."""
        shown = priced(machine.offer, machine.disk_gb, machine.bid)
        base = shown["dph_base"] * machine.price_factor
        fields = {
            "id": machine.instance_id,
            "label": machine.label,
            "actual_status": machine.status,
            "intended_status": "running",
            "cur_state": "running",
            "next_state": "running",
            "status_msg": "success" if machine.status == "running" else None,
            "start_date": machine.created_at,
            "uptime_mins": None,
            "extra_env": [],
            "onstart": machine.onstart,
            "disk_space": machine.disk_gb,
            "inet_down_billed": machine.into_gb,
            "inet_up_billed": machine.out_gb,
            "dph_base": base,
            "dph_total": base + shown["storage_total_cost"],
            "is_bid": machine.bid is not None,
            "ssh_host": None,
            "ssh_port": None,
            "public_ipaddr": None,
            "ports": {},
            "gpu_util": 90.0 if machine.status == "running" else 0.0,
        }
        return {**shown, **fields, **machine.facts}

    def _plan_life(self, machine: RentedMachine) -> None:
        """Draws what will happen to the instance."""
        dice, plan = self.dice, self.plan
        at = machine.created_at
        loading = at + dice.between(1.0, 10.0) * self._seconds_to_load[1] / 240
        running = loading + dice.between(*self._seconds_to_load)
        machine.changes = [(loading, "loading"), (running, "running")]
        if dice.happens(plan.stuck):
            stuck = dice.stuck_state()
            machine.changes = [(loading, stuck or None)]
        elif dice.happens(plan.lost):
            machine.changes.append((running + dice.between(60, 5_000), "offline"))
        elif machine.bid is not None and dice.happens(plan.outbid):
            machine.changes.append((running + dice.between(60, 3_000), "stopped"))
        machine.dead_man_missing = dice.happens(plan.no_dead_man)
        if dice.happens(plan.price_rise):
            machine.price_change = (at + dice.between(30, 4_000), plan.price_factor)

    def _live(self, machine: RentedMachine, now: float) -> None:
        """State changes up to now, each billed until it happened."""
        if machine.price_change and machine.price_change[0] <= now:
            at, factor = machine.price_change
            self._count(machine, max(at, machine.counted_until))
            machine.price_factor, machine.price_change = factor, None
        while machine.changes and machine.changes[0][0] <= now:
            at, status = machine.changes.pop(0)
            self._count(machine, max(at, machine.counted_until))
            machine.status = status
            if status == "loading":
                machine.move_data(into_gb=self._image_gb)
            if status == "running" and not machine.started:
                machine.started = True
                self.on_start(machine)
        self._count(machine, now)

    def _count(self, machine: RentedMachine, until: float) -> None:
        hours = max(0.0, until - machine.counted_until) / 3_600
        machine.storage_usd += machine.offer["storage_cost"] * machine.disk_gb / 720 * hours
        if machine.status in _BILLED:
            rate = machine.offer["dph_base"] if machine.bid is None else machine.bid
            machine.gpu_usd += rate * machine.price_factor * hours
        machine.counted_until = max(until, machine.counted_until)
