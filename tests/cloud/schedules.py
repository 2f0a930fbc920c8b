"""One seeded fault schedule: a run on a simulated clock, with faults, kills and restarts, and its end.

Used by the fuzz in the suite (few seeds) and in the soak (many), and by the named regressions.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from afs_engine.errors import AfsError, CloudError
from afs_engine.stages.cloud.double.faults import FaultPlan
from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.simulation import (
    DirectTransport,
    SimulatedClock,
    SimulatedJob,
    SimulatedMachines,
)
from afs_engine.stages.cloud.double.world import World
from afs_engine.stages.cloud.ledger.ledger import Ledger
from afs_engine.stages.cloud.money.amounts import micro_down
from afs_engine.stages.cloud.money.budget import Caps
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.rental.controller import Controller
from afs_engine.stages.cloud.rental.label import parse_label
from afs_engine.stages.cloud.rental.pace import Pace
from afs_engine.stages.cloud.rental.plan import RentalPlan
from afs_engine.stages.cloud.rental.sweep import carry_out, plan_sweep
from afs_engine.stages.cloud.vast.client import VastProvider

OWNER = "0123456789ab"
GRACE_SECONDS = 300.0
FOREIGN_LABELS = (
    "",
    "afs/",
    f"afs/{OWNER}",
    f"afs/{OWNER}x/{'0' * 32}/1",
    f"afs/{OWNER}/{'g' * 32}/1",
    f"afs/ffffffffffff/{'0' * 32}/1900000000",
    f"afs/{OWNER}/{'0' * 32}/1900000000/more",
    "\x1b[31mred [bold]x[/] \x00",
    "web server",
)


class KilledError(BaseException):
    """SIGKILL: nothing of the controller runs after it."""


@dataclass
class Killer:
    """Kills at the n-th call of anything the controller calls, before or after that call."""

    at_call: int
    after: bool
    calls: int = 0

    def wrap(self, target: Any) -> Any:
        return _Mortal(target, self)

    def count(self, call: Callable[[], Any]) -> Any:
        self.calls += 1
        due = self.calls == self.at_call
        if due and not self.after:
            raise KilledError
        result = call()
        if due:
            raise KilledError
        return result


class _Mortal:
    def __init__(self, target: Any, killer: Killer) -> None:
        self._target = target
        self._killer = killer

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not callable(found):
            return found
        return lambda *args, **more: self._killer.count(lambda: found(*args, **more))


@dataclass(frozen=True)
class Schedule:
    """All that happens in one run. `kills` are (call number, before or after it, seconds until restart)."""

    faults: FaultPlan
    cap_usd: float = 20.0
    train_seconds: float = 1_800.0
    max_hours: float = 1.5
    interruptible: bool = False
    foreign: int = 3
    kills: tuple[tuple[int, bool, float], ...] = ()
    sweeps_after_kill: bool = False
    image_share: float = 1.0
    wall_shift: float = 0.0


@dataclass
class Result:
    """What the invariants are checked on."""

    spent_usd: float
    cap_usd: float
    alive: list[int]
    alive_late: list[int] = field(default_factory=list)
    foreign_touched: list[int] = field(default_factory=list)
    falsely_closed: list[int] = field(default_factory=list)
    finished: bool = False
    error: str = ""
    machines: int = 0
    ledger_spent_usd: float = 0.0
    creates: int = 0
    events: list[Any] = field(default_factory=list)

    def check(self) -> None:
        assert self.spent_usd <= self.cap_usd + 1e-9, (self.spent_usd, self.cap_usd)
        assert self.ledger_spent_usd >= self.spent_usd - 1e-6, (self.ledger_spent_usd, self.spent_usd)
        assert not self.alive, self.alive
        assert not self.alive_late, self.alive_late
        assert not self.foreign_touched, self.foreign_touched
        assert not self.falsely_closed, self.falsely_closed


def draw_schedule(seed: int) -> Schedule:
    """A schedule from a seed."""
    dice = random.Random(seed)
    lonely = dice.random() < 0.25  # after the kill nobody comes back before the deadline has passed
    kills = _draw_kills(dice, lonely)
    faults = FaultPlan(
        seed=seed,
        request_faults=dice.choice((0.0, 0.05, 0.15, 0.3)),
        stuck=0.0 if lonely else dice.choice((0.0, 0.3)),
        lost=0.0 if lonely else dice.choice((0.0, 0.3)),
        outbid=0.0 if lonely else dice.choice((0.0, 0.6)),
        no_dead_man=0.0 if lonely else dice.choice((0.0, 0.2)),
        price_rise=dice.choice((0.0, 0.5)),
        price_factor=1.4 if kills else 3.0,  # while nobody looks, the reserve covers half as much again
        lists_lag=dice.choice((0.0, 0.5)),
        lying_destroy=dice.choice((0.0, 0.3)),
        outage_seconds=dice.choice((0.0, 60.0, 150.0)),
    )
    return Schedule(
        faults=faults,
        cap_usd=dice.choice((0.3, 0.8, 2.0, 5.0, 50.0)),
        train_seconds=dice.choice((300.0, 1_800.0, 9_000.0)),
        max_hours=dice.choice((0.75, 1.5, 4.0)),
        interruptible=dice.random() < 0.3,
        foreign=dice.choice((0, 2, 4, 30)),
        kills=kills,
        sweeps_after_kill=dice.random() < 0.3,
        image_share=dice.uniform(0.3, 1.0),
    )


def _draw_kills(dice: random.Random, lonely: bool) -> tuple[tuple[int, bool, float], ...]:
    if lonely:
        return ((dice.randint(30, 250), dice.random() < 0.5, -1.0),)
    count = dice.choice((0, 1, 1, 2, 4))
    return tuple((dice.randint(1, 150), dice.random() < 0.5, dice.uniform(0, 600)) for _ in range(count))


class Stage:
    """The world, the clock and the ledger of one schedule."""

    def __init__(self, schedule: Schedule, folder: Path) -> None:
        self.schedule = schedule
        self.clock = SimulatedClock()
        need = JobNeed(
            gpu_ram_gb=20.0,
            disk_gb=40.0,
            train_hours=schedule.train_seconds / 3_600,
            max_hours=schedule.max_hours,
            min_reliability=0.0,
            min_cuda=12.0,
        )
        self.world = World(
            lambda: self.clock.now,
            schedule.faults,
            offers=40,
            image_gb=need.into_gb * schedule.image_share,
        )
        self.double = RestDouble(self.world)
        self.job = SimulatedJob(schedule.train_seconds)
        self.machines = SimulatedMachines(self.double, self.clock, self.job)
        self.foreign = [self._add_foreign(index) for index in range(schedule.foreign)]
        self.ledger = Ledger(folder / "ledger.sqlite")
        self.ledger.create(OWNER)
        self.provider = VastProvider(DirectTransport(self.double, self.clock))
        self.events: list[Any] = []
        self.late: set[int] = set()
        self.clock.on_tick = self._tick
        self._ids = random.Random(schedule.faults.seed ^ 0xAF5)
        cap = micro_down(schedule.cap_usd)
        self.plan = RentalPlan(
            run_id="run",
            name="majora",
            need=need,
            caps=Caps(cap, cap, cap),
            image="image",
            folder="",
            interruptible=schedule.interruptible,
        )
        self.pace = Pace(poll=60.0)

    def ours(self) -> list[Any]:
        return [each for each in self.world.machines.values() if each.instance_id not in self.foreign]

    def controller(self, killer: Killer | None = None) -> Controller:
        wrap = killer.wrap if killer else lambda target: target
        return Controller(
            wrap(self.provider),
            wrap(self.machines),
            wrap(self.ledger),
            self.clock,
            self.events.append,
            lambda: f"{self._ids.getrandbits(128):032x}",
            self.pace,
        )

    def sweep(self) -> None:
        """As a timer does it: again a minute later when the provider can't be asked."""
        while True:
            try:
                return self._sweep_once()
            except CloudError:
                self.clock.sleep(60.0)

    def _sweep_once(self) -> None:
        plan = plan_sweep(self.provider, self.ledger, self.clock, self.pace, lambda run: False)
        carry_out(plan, self.controller(), self.provider, self.clock, self.pace, lambda text: None)

    def falsely_closed(self) -> list[int]:
        """Machines that live although the ledger says that they were proven gone."""
        closed = {each.instance_id for each in self.ledger.rentals() if not each.is_open}
        return [m.instance_id for m in self.ours() if m.destroyed_at is None and m.instance_id in closed]

    def wait(self, seconds: float) -> None:
        """Time with nobody at home; less than a lease where an instance could not end by itself."""
        alive = [each for each in self.ours() if each.destroyed_at is None]
        if seconds < 0:
            armed = all(each.started for each in alive)
            seconds = self.schedule.max_hours * 3_600 + 600 if armed else 60.0
        self.clock.sleep(seconds)

    def _tick(self) -> None:
        self.world.advance()
        self.machines.run_dead_men()
        for each in self.ours():
            label = parse_label(each.label)
            assert label is not None
            if each.destroyed_at is None and self.clock.now > label.deadline + GRACE_SECONDS:
                self.late.add(each.instance_id)

    def _add_foreign(self, index: int) -> int:
        offer = list(self.world.offers.values())[-1]
        machine = self.world.add(offer, FOREIGN_LABELS[index % len(FOREIGN_LABELS)], 20.0)
        machine.status = "running"
        odd = {"geolocation": "\x1b]0;x\x07", "start_date": None}
        machine.facts = odd if index % 2 else {"gpu_name": None}
        return machine.instance_id


def play(schedule: Schedule, folder: Path) -> Result:
    """Runs the schedule to its end and reports."""
    stage = Stage(schedule, folder)
    error, finished = "", False
    for at_call, after, pause in (*schedule.kills, (0, False, 0.0)):
        try:
            stage.controller(Killer(at_call, after)).run(stage.plan)
            finished = True
            break
        except KilledError:
            stage.clock.wall_shift += schedule.wall_shift
            stage.wait(pause)
            if schedule.sweeps_after_kill:
                stage.sweep()
        except AfsError as refused:
            error = str(refused)
            break
    false = stage.falsely_closed()
    stage.sweep()
    stage.clock.sleep(60.0)
    ours = stage.ours()
    return Result(
        spent_usd=sum(stage.world.invoice_usd(each) for each in ours),
        cap_usd=schedule.cap_usd,
        alive=[each.instance_id for each in ours if each.destroyed_at is None],
        alive_late=sorted(stage.late),
        foreign_touched=[each for each in stage.foreign if stage.world.machines[each].destroyed_at],
        falsely_closed=false,
        finished=finished,
        error=error,
        machines=len(ours),
        ledger_spent_usd=sum(each.charged for each in stage.ledger.rentals()) / 1e6,
        creates=sum(request.method == "PUT" for request in stage.double.requests),
        events=stage.events,
    )
