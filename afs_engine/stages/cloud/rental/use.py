"""Using a rented machine: look, count, decide, do one step of the job; again until one of them ends it.

Between any two steps of the job stand the deadline and the budget. It never destroys; its caller
does, whatever comes out.
"""

from collections.abc import Callable, Iterator

from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.provider import Instance, Provider, RefusedError, UnclearError
from afs_engine.stages.cloud.rental.clock import Clock, Moment, elapsed_seconds
from afs_engine.stages.cloud.rental.machine import DistrustedError, Machine, Step, UnreachableError
from afs_engine.stages.cloud.rental.metering import Metering
from afs_engine.stages.cloud.rental.pace import Pace
from afs_engine.stages.cloud.rental.stops import Ending, limit_reached, state_lasts_too_long

_IDLE_PERCENT = 1.0


class Use:
    """One rental in use."""

    def __init__(
        self,
        provider: Provider,
        machine: Machine,
        metering: Metering,
        clock: Clock,
        pace: Pace,
        narrate: Callable[[str], None],
    ) -> None:
        self._provider = provider
        self._machine = machine
        self._metering = metering
        self._clock = clock
        self._pace = pace
        self._narrate = narrate
        self._steps: Iterator[Step] | None = None
        self._status = "?"
        self._status_since = clock.moment()
        self._absent_since: Moment | None = None
        self._unreachable_since: Moment | None = None
        self._idle_since: Moment | None = None

    def run(self, rental: RentalRecord, should_stop: Callable[[], bool]) -> Ending:
        """Drives the job until it is finished or must end."""
        while True:
            instance = self._look(rental)
            rental = self._metering.count(rental.rental_id, instance.reading if instance else None)
            ending = self._must_end(rental, instance, should_stop)
            if ending is None and instance is not None and instance.status == "running":
                ending = self._work(rental, instance)
            elif ending is None:
                self._clock.sleep(self._pace.poll)
            if ending is not None:
                return ending

    def _look(self, rental: RentalRecord) -> Instance | None:
        """The instance; None where it can't be seen now, which by itself means nothing."""
        assert rental.instance_id is not None
        try:
            instance = self._provider.show(rental.instance_id)
        except (RefusedError, UnclearError) as error:
            self._narrate(f"the provider does not say how the machine is: {error}")
            return None
        now = self._clock.moment()
        if instance is None:
            self._absent_since = self._absent_since or now
            return None
        self._absent_since = None
        if instance.status != self._status:
            self._status, self._status_since = instance.status, now
            self._narrate(f"the machine is {instance.status or 'being provisioned'}")
        return instance

    def _must_end(
        self, rental: RentalRecord, instance: Instance | None, should_stop: Callable[[], bool]
    ) -> Ending | None:
        now = self._clock.moment()
        limit = limit_reached(rental, self._metering.life_seconds(rental))
        if limit is not None:
            return limit
        if should_stop():
            return Ending("you stopped it")
        if self._absent_since and elapsed_seconds(self._absent_since, now) >= self._pace.absent_limit:
            return Ending("the machine is gone", elsewhere=True)
        if instance is None:
            return None
        if self._idle_seconds(instance, now) >= self._pace.idle_limit:
            return Ending(f"the GPU did nothing for {self._pace.idle_limit / 60:.0f} min")
        return state_lasts_too_long(instance.status, elapsed_seconds(self._status_since, now), self._pace)

    def _idle_seconds(self, instance: Instance, now: Moment) -> float:
        """For how long the provider has seen no work on the GPU of a running machine."""
        load = instance.gpu_load_percent
        if instance.status != "running" or load is None or load >= _IDLE_PERCENT:
            self._idle_since = None
            return 0.0
        self._idle_since = self._idle_since or now
        return elapsed_seconds(self._idle_since, now)

    def _work(self, rental: RentalRecord, instance: Instance) -> Ending | None:
        """Steps of the job until it waits or a poll's time has passed."""
        begun = self._clock.moment()
        try:
            self._steps = self._steps or self._machine.drive(rental, instance)
            for step in self._steps:
                self._unreachable_since = None
                self._narrate(step.note)
                if step.kind == "finished":
                    return Ending("the job is done", finished=True)
                if step.kind == "waiting":
                    self._clock.sleep(self._pace.poll)
                    return None
                if elapsed_seconds(begun, self._clock.moment()) >= self._pace.poll:
                    return None
        except UnreachableError as error:
            return self._not_reached(error)
        except DistrustedError as error:
            return Ending(str(error), elsewhere=True)
        return Ending("the job ended without a result")

    def _not_reached(self, error: UnreachableError) -> Ending | None:
        """The line broke: once more from where it stood, for a limited time."""
        self._steps = None
        now = self._clock.moment()
        if self._unreachable_since is None:
            self._unreachable_since = now
            self._narrate(f"the machine does not answer: {error}")
        if elapsed_seconds(self._unreachable_since, now) >= self._pace.unreachable_limit:
            return Ending(f"the machine could not be reached: {error}", elsewhere=True)
        self._clock.sleep(self._pace.poll)
        return None
