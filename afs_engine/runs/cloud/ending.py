"""Ending rentals: stopping a run, sweeping what nobody controls, and asking for the invoice."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import uuid4

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import UsageError, nearest_hint
from afs_engine.events import AnyEvent, LogLine, RentalChanged
from afs_engine.runs.cloud.request import RunFiles
from afs_engine.runs.cloud.session import CloudSession
from afs_engine.runs.cloud.train import known_runs
from afs_engine.stages.cloud.instance.idle_machine import IdleMachine
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.money.amounts import micro_up
from afs_engine.stages.cloud.rental.asking import ask_again
from afs_engine.stages.cloud.rental.controller import Controller
from afs_engine.stages.cloud.rental.sweep import SweepPlan, carry_out, plan_sweep

Narrate = Callable[[str], None]
_FINAL_AFTER_SECONDS = 24 * 3_600.0
_POLL_SECONDS = 0.5


def find_rented_run(session: CloudSession, name: str = "") -> RunFiles:
    """The newest run, or the newest whose id or model name is `name`. Raises UsageError."""
    named = []
    for files in reversed(known_runs(session)):
        request = files.read_request()
        if request is None:
            continue
        if not name or name in (request.run_id, request.name):
            return files
        named += [request.run_id, request.name]
    if not name:
        raise UsageError("nothing was rented from here yet", hint="`afs cloud up --budget 5 --model NAME`")
    raise UsageError(f"there is no run '{name}'", hint=nearest_hint(name, named))


def stop_rented_run(session: CloudSession, files: RunFiles, narrate: Narrate) -> list[RentalRecord]:
    """Ends a run and returns its rentals, all closed: what it rented is destroyed and proven gone."""
    write_atomic(files.stop, b"", mode=0o600)
    if files.is_alive():
        narrate("asked the run's controller to stop; waiting until its machine is proven gone")
        while files.is_alive():
            time.sleep(_POLL_SECONDS)
    run_id = files.folder.name
    left = session.ledger().rentals(only_open=True, run_id=run_id)
    if left:
        controller_of(session, narrate).clean_up(run_id, "you stopped it")
    return session.ledger().rentals(run_id=run_id)


def look_for_leftovers(session: CloudSession) -> SweepPlan:
    """What a sweep would do. Raises MissingPartError without a key."""
    return plan_sweep(session.provider(), session.ledger(), session.clock, session.pace, session.is_alive)


def sweep_cloud(session: CloudSession, plan: SweepPlan, narrate: Narrate) -> None:
    """Destroys what the plan names and proves it; a run that came to life meanwhile is left alone."""
    dead = tuple(run for run in plan.dead_runs if not session.is_alive(run))
    controller = controller_of(session, narrate)
    carry_out(
        replace(plan, dead_runs=dead), controller, session.provider(), session.clock, session.pace, narrate
    )


def controller_of(session: CloudSession, narrate: Narrate) -> Controller:
    """A controller that only cleans up: it has no job to run."""

    def tell(event: AnyEvent) -> None:
        if isinstance(event, LogLine):
            narrate(event.text)
        elif isinstance(event, RentalChanged):
            narrate(f"machine {event.instance_id or ''} {event.state}: {event.note}")

    return Controller(
        session.provider(),
        IdleMachine(),
        session.ledger(),
        session.clock,
        tell,
        lambda: uuid4().hex,
        session.pace,
    )


def reconcile(session: CloudSession) -> int:
    """Asks what was invoiced for closed rentals; returns how many are now settled.

    Charges come late. A figure below our own meter is taken only when a day has passed.
    """
    waiting = [each for each in session.rentals() if _lacks_invoice(each)]
    if not waiting:
        return 0
    provider, now = session.provider(), time.time()
    since = min(each.opened.wall for each in waiting) - 86_400
    charges = ask_again(lambda: provider.charges(since, now + 86_400), session.clock, session.pace)
    billed = {each.instance_id: each.amount_usd for each in charges}
    settled = 0
    for rental in waiting:
        amount = billed.get(rental.instance_id or 0)
        if amount is not None and _is_final(rental, amount, now):
            session.ledger().change(rental.rental_id, partial(_with_invoice, micro_up(amount)))
            settled += 1
    return settled


def _with_invoice(amount: int, rental: RentalRecord) -> RentalRecord:
    return replace(rental, invoiced=amount)


def _lacks_invoice(rental: RentalRecord) -> bool:
    return not rental.is_open and rental.invoiced is None and rental.instance_id is not None


def _is_final(rental: RentalRecord, amount: float, now: float) -> bool:
    late = now - (rental.closed_at or now) > _FINAL_AFTER_SECONDS
    return late or amount >= rental.meter.metered_usd * 0.98
