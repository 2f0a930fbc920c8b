"""The controller of one run: the state machine that rents, uses and destroys machines.

    admission -> intent -> one order -> adopt or give up -> wait -> run -> destroy -> proven gone

Every change is in the ledger before the next request is sent, so that a controller that is killed
anywhere can be started again on the same run and goes on, or cleans up. It owns no clock, no network
and no job: all three are ports.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from afs_engine.errors import AfsError, BudgetError, CloudError, StorageError
from afs_engine.events import AnyEvent, LogLine, RentalChanged
from afs_engine.stages.cloud.ledger.ledger import Ledger
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.money.amounts import to_usd
from afs_engine.stages.cloud.money.meter import Meter
from afs_engine.stages.cloud.provider import Instance, Order, Provider
from afs_engine.stages.cloud.rental.account import compare
from afs_engine.stages.cloud.rental.asking import ask_again
from afs_engine.stages.cloud.rental.clock import Clock
from afs_engine.stages.cloud.rental.creation import Created, look_for, send_order
from afs_engine.stages.cloud.rental.destruction import Tick, destroy_until_gone, last_look
from afs_engine.stages.cloud.rental.label import Label
from afs_engine.stages.cloud.rental.machine import Machine
from afs_engine.stages.cloud.rental.metering import Metering
from afs_engine.stages.cloud.rental.pace import Pace
from afs_engine.stages.cloud.rental.plan import Choice, RentalPlan, choose_offer, machine_key
from afs_engine.stages.cloud.rental.stops import Ending
from afs_engine.stages.cloud.rental.use import Use

Emit = Callable[[AnyEvent], None]
NewId = Callable[[], str]


class Controller:
    """Runs one plan. `new_id` gives 32 hex digits, different every time."""

    def __init__(
        self,
        provider: Provider,
        machine: Machine,
        ledger: Ledger,
        clock: Clock,
        emit: Emit,
        new_id: NewId,
        pace: Pace | None = None,
    ) -> None:
        self._provider = provider
        self._machine = machine
        self._ledger = ledger
        self._clock = clock
        self._emit = emit
        self._new_id = new_id
        self._pace = pace or Pace()
        self._metering = Metering(ledger, clock, emit)

    def run(self, plan: RentalPlan) -> RentalRecord:
        """Rents until the job is done or may not go on. Returns the rental that finished it.

        Nothing of ours is left when it returns or raises. Raises BudgetError or CloudError.
        """
        avoid: set[int] = set()
        for _ in range(plan.most_machines):
            rental = self._open_rental(plan)
            done = self._finished_rental(plan.run_id)
            if done is not None:
                return done
            rental = rental or self._rent(plan, avoid)
            if rental is None:
                continue
            ending = self._use(plan, rental)
            closed = self._destroy(rental, ending)
            if closed.job_done:
                return closed
            if not ending.elsewhere or plan.should_stop():
                raise CloudError(f"the run ended: {ending.reason}")
            self._narrate(f"{ending.reason}; looking for another machine")
            avoid.add(machine_key(rental.offer))
        raise CloudError(f"gave up after {plan.most_machines} orders", hint="look at `afs cloud logs`")

    def clean_up(self, run_id: str, reason: str) -> None:
        """Destroys whatever a run still has, and proves it."""
        for rental in self._ledger.rentals(only_open=True, run_id=run_id):
            settled = self._settle(rental) if rental.state == "creating" else rental
            if settled is not None:
                self._destroy(settled, Ending(reason))

    def _open_rental(self, plan: RentalPlan) -> RentalRecord | None:
        """The rental that an earlier controller of this run left, if it can still be used."""
        usable = None
        for rental in self._ledger.rentals(only_open=True, run_id=plan.run_id):
            settled = self._settle(rental) if rental.state == "creating" else rental
            if settled is not None and settled.state == "rented" and usable is None:
                self._narrate("going on with the machine that was rented before")
                usable = settled
            elif settled is not None:
                self._destroy(settled, Ending(settled.outcome or "one machine is enough"))
        return usable

    def _finished_rental(self, run_id: str) -> RentalRecord | None:
        """The rental on which an earlier controller of this run had finished the job."""
        known = self._ledger.rentals(run_id=run_id)
        return next((each for each in known if each.job_done and not each.is_open), None)

    def _rent(self, plan: RentalPlan, avoid: set[int]) -> RentalRecord | None:
        """A machine, or None when an order came to nothing and another may be tried."""
        if plan.should_stop():
            raise CloudError("stopped before anything was rented")
        self._refuse_orphans()
        offers = ask_again(
            lambda: self._provider.search_offers(plan.need, interruptible=plan.interruptible),
            self._clock,
            self._pace,
        )
        now = self._clock.moment()
        choice = choose_offer(plan, offers, self._ledger.holdings(plan.run_id, now.wall), avoid)
        rental = self._intent(plan, choice)
        self._ledger.admit(rental, plan.caps)
        self._warn_about_account(to_usd(rental.committed))
        self._changed(rental, f"ordering {choice.offer.gpu_name}")
        order = self._order(plan, choice, rental)
        created = send_order(self._provider, order, self._clock, self._pace)
        try:
            settled = self._record(rental, created)
        except StorageError:
            for instance_id in created.instance_ids:  # what can't be written down must not live
                self._end_instance(instance_id, lambda _found, trouble: self._narrate(trouble))
            raise
        if settled is None and created.is_final:
            raise CloudError(created.reason, hint="nothing is rented; see to the account, then run it again")
        if settled is None:
            avoid.add(machine_key(choice.offer))
        return settled

    def _warn_about_account(self, worst_usd: float) -> None:
        """What the account's own settings can do to the run or to the person's money."""
        try:
            account = self._provider.account()
        except CloudError:
            return
        if account.auto_billing:
            text = "automatic billing is on: vast.ai can charge your card again; a prepaid account is safer"
            self._emit(LogLine(level="warning", text=text))
        if account.credit_usd is not None and account.credit_usd < worst_usd:
            text = (
                f"the account has ${account.credit_usd:.2f}, the worst case is ${worst_usd:.2f}: when it is"
            )
            self._emit(LogLine(level="warning", text=f"{text} used up, the machine stops"))

    def _order(self, plan: RentalPlan, choice: Choice, rental: RentalRecord) -> Order:
        return Order(
            offer_id=choice.offer.offer_id,
            label=rental.label,
            image=plan.image,
            disk_gb=choice.need.disk_gb,
            start_script=self._machine.start_script(rental),
            bid_usd_per_hour=choice.bid_usd_per_hour,
        )

    def _refuse_orphans(self) -> None:
        """Nothing new is rented while something of ours lives that no run knows."""
        listed = ask_again(self._provider.list_instances, self._clock, self._pace)
        seen = compare(listed, self._ledger.rentals(), self._ledger.owner())
        orphans = [each.instance.instance_id for each in seen if each.kind == "orphan"]
        if orphans:
            raise BudgetError(
                f"instance {orphans[0]} is ours, costs money, and belongs to no run",
                hint="run `afs cloud sweep` first",
            )

    def _intent(self, plan: RentalPlan, choice: Choice) -> RentalRecord:
        """The rental as it is stored before the order is sent."""
        now = self._clock.moment()
        rental_id = self._new_id()
        deadline = int(now.wall + choice.need.max_hours * 3_600)
        return RentalRecord(
            rental_id=rental_id,
            run_id=plan.run_id,
            name=plan.name,
            label=str(Label(self._ledger.owner(), rental_id, deadline)),
            offer=choice.offer,
            need=choice.need,
            committed=choice.worst,
            run_cap=plan.caps.run,
            opened=now,
            meter=Meter(
                prices=choice.offer.prices,
                disk_gb=choice.need.disk_gb,
                expected_into_gb=choice.need.into_gb,
                expected_out_gb=choice.need.result_gb,
            ),
            metered=now,
            state_since=now.wall,
            folder=plan.folder,
        )

    def _settle(self, rental: RentalRecord) -> RentalRecord | None:
        """What became of an order that an earlier controller may have sent."""
        span = self._pace.create_span
        found = look_for(self._provider, rental.label, self._clock, self._pace, span=span)
        return self._record(rental, Created(found, "the order was never carried out"))

    def _record(self, rental: RentalRecord, created: Created) -> RentalRecord | None:
        """Adopts the first instance that bears the label; more than one is one too many."""
        if not created.instance_ids:
            self._close(rental, created.reason or "the order was refused")
            return None
        first, *others = created.instance_ids
        adopted = self._ledger.change(
            rental.rental_id, lambda each: replace(each, instance_id=first, state="rented")
        )
        self._changed(adopted, "rented")
        for surplus in others:
            destroy_until_gone(
                self._provider,
                surplus,
                self._clock,
                self._pace,
                lambda _found, trouble: self._narrate(trouble),
            )
        self._let_us_in(adopted)
        return adopted

    def _let_us_in(self, rental: RentalRecord) -> None:
        """Registers our ssh key with the provider's proxy; the direct port takes it from the start script."""
        assert rental.instance_id is not None
        try:
            self._provider.attach_key(rental.instance_id, self._machine.public_key(rental))
        except CloudError as error:
            self._narrate(f"the ssh key is not registered with the provider: {error}")

    def _use(self, plan: RentalPlan, rental: RentalRecord) -> Ending:
        """The job on this machine; whatever goes wrong becomes an ending, so that destruction follows."""
        use = Use(self._provider, self._machine, self._metering, self._clock, self._pace, self._narrate)
        try:
            return use.run(rental, plan.should_stop)
        except AfsError as error:
            return Ending(str(error))
        except KeyboardInterrupt:
            return Ending("it was interrupted")
        except Exception as error:  # noqa: BLE001 - a defect of ours must not leave a machine running
            return Ending(f"{type(error).__name__}: {error} (a defect of AFS)")

    def _destroy(self, rental: RentalRecord, ending: Ending) -> RentalRecord:
        """Destroys and proves it; a full or broken disk does not keep it from that."""
        assert rental.instance_id is not None
        with self._despite_the_disk():
            now = self._clock.moment().wall
            rental = self._ledger.set_state(
                rental.rental_id, "destroying", now, ending.reason, job_done=ending.finished
            )
        self._changed(rental, ending.reason)

        def tick(found: Instance | None, trouble: str) -> None:
            with self._despite_the_disk():
                self._metering.count(rental.rental_id, found.reading if found else None)
            if trouble:
                self._narrate(f"not destroyed yet: {trouble}")

        tick(*last_look(self._provider, rental.instance_id or 0))
        self._end_instance(rental.instance_id or 0, tick)
        return self._close(rental, ending.reason)

    def _end_instance(self, instance_id: int, tick: Tick) -> None:
        destroy_until_gone(self._provider, instance_id, self._clock, self._pace, tick)

    @contextmanager
    def _despite_the_disk(self) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            self._narrate(f"the ledger can't be written: {error}")

    def _close(self, rental: RentalRecord, outcome: str) -> RentalRecord:
        closed = self._ledger.set_state(rental.rental_id, "closed", self._clock.moment().wall, outcome)
        self._changed(closed, outcome)
        return closed

    def _changed(self, rental: RentalRecord, note: str) -> None:
        spent = f", ${to_usd(rental.charged):.4f} at most" if rental.charged else ""
        self._emit(
            RentalChanged(
                rental_id=rental.rental_id,
                state=rental.state,
                instance_id=rental.instance_id,
                note=f"{note}{spent}",
            )
        )

    def _narrate(self, text: str) -> None:
        if text:
            self._emit(LogLine(text=text))
