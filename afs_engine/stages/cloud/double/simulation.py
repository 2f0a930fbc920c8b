"""A simulated clock, and machines that only pretend to train: years of rentals in seconds.

The dead-man switch of an instance is simulated too: it acts while nothing local is alive.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from afs_engine.stages.cloud.double.rest import LostAnswerError, RestDouble
from afs_engine.stages.cloud.double.world import RentedMachine
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.money.lease import LEASE_SECONDS
from afs_engine.stages.cloud.provider import Instance, UnclearError
from afs_engine.stages.cloud.rental.clock import Moment
from afs_engine.stages.cloud.rental.label import parse_label
from afs_engine.stages.cloud.rental.machine import DistrustedError, Step, UnreachableError
from afs_engine.stages.cloud.vast.transport import Answer, Request

_TICK_SECONDS = 30.0


class SimulatedClock:
    """Time that passes only when somebody sleeps; `on_tick` is called every 30 seconds of it."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self.start = start
        self.now = start
        self.wall_shift = 0.0
        self.on_tick: Callable[[], None] = lambda: None

    def moment(self) -> Moment:
        return Moment(self.now + self.wall_shift, "simulated", self.now - self.start)

    def sleep(self, seconds: float) -> None:
        end = self.now + max(0.0, seconds)
        while self.now < end:
            self.now = min(end, self.now + _TICK_SECONDS)
            self.on_tick()


class DirectTransport:
    """Requests to a stand-in in this process; a lost answer takes as long as a time limit."""

    def __init__(self, double: RestDouble, clock: SimulatedClock, lost_seconds: float = 10.0) -> None:
        self._double = double
        self._clock = clock
        self._lost_seconds = lost_seconds

    def __call__(self, request: Request) -> Answer:
        self._clock.now += 0.2
        try:
            return self._double.answer(request, self._double.key)
        except LostAnswerError as error:
            self._clock.sleep(self._lost_seconds)
            raise UnclearError("no answer from the provider's server: timed out") from error


@dataclass
class SimulatedJob:
    """What a pretended job needs in seconds of running; progress survives from machine to machine."""

    seconds: float
    done_seconds: float = 0.0


class SimulatedMachines:
    """The machine port over a world; also every instance's dead-man switch."""

    def __init__(self, double: RestDouble, clock: SimulatedClock, job: SimulatedJob) -> None:
        self._double = double
        self._clock = clock
        self.job = job
        self._leases: dict[int, tuple[float, float]] = {}
        double.world.on_start = self._arm

    def start_script(self, rental: RentalRecord) -> str:
        return "#!/bin/sh\n"

    def public_key(self, rental: RentalRecord) -> str:
        return "ssh-ed25519 AAAA simulated"

    def drive(self, rental: RentalRecord, instance: Instance) -> Iterator[Step]:
        """Set up, train, fetch; the lease is renewed with every step."""
        machine = self._double.world.machines[instance.instance_id]
        self._reach(machine)
        if machine.dead_man_missing:
            raise DistrustedError("the dead-man switch is not armed")
        yield Step("working", "set up")
        before = self._clock.now
        while self.job.done_seconds < self.job.seconds:
            yield Step("waiting")
            self._reach(machine)
            self.job.done_seconds += self._clock.now - before
            before = self._clock.now
        machine.move_data(out_gb=rental.need.result_gb)
        yield Step("finished", "adapter fetched")

    def run_dead_men(self) -> None:
        """What the instances do by themselves: destroy at the lease's end or at the deadline."""
        for machine in self._double.world.alive():
            lease = self._leases.get(machine.instance_id)
            if lease is not None and self._clock.now >= min(lease) and machine.status == "running":
                self._self_destroy(machine)

    def _reach(self, machine: RentedMachine) -> None:
        if machine.destroyed_at is not None or machine.status != "running":
            raise UnreachableError("no route to host")
        self._renew(machine)

    def _renew(self, machine: RentedMachine) -> None:
        lease, deadline = self._leases.get(machine.instance_id, (0.0, 0.0))
        if lease:
            self._leases[machine.instance_id] = (self._clock.now + LEASE_SECONDS, deadline)

    def _arm(self, machine: RentedMachine) -> None:
        label = parse_label(machine.label)
        if label is not None and not machine.dead_man_missing:
            deadline = float(label.deadline)
            self._leases[machine.instance_id] = (self._clock.now + LEASE_SECONDS, deadline)

    def _self_destroy(self, machine: RentedMachine) -> None:
        key = self._double.instance_key(machine.instance_id)
        try:
            self._double.answer(Request("DELETE", f"/api/v0/instances/{machine.instance_id}/", b"{}"), key)
        except LostAnswerError:
            return
