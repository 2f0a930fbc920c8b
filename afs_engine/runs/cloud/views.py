"""What a face shows of the cloud: offers, budget, machines, costs; as plain frozen data.

Texts from the provider are cleaned here, once, so that no screen has to. Nothing here rents or
destroys.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from afs_engine.data.display import clean_text
from afs_engine.errors import AfsError
from afs_engine.runs.cloud.session import CloudSession
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.money.amounts import to_usd
from afs_engine.stages.cloud.money.budget import Held
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.money.ranking import RankedOffer, rank_offers
from afs_engine.stages.cloud.provider import Instance
from afs_engine.stages.cloud.rental.account import compare
from afs_engine.stages.cloud.rental.asking import ask_again
from afs_engine.stages.cloud.rental.sweep import SweepPlan


@dataclass(frozen=True)
class OfferView:
    """A machine on offer with the whole job's cost: expected, by part, and at worst. Dollars."""

    offer_id: int
    gpu: str
    gpu_ram_gb: float
    location: str
    reliability: float | None
    download_mbps: float | None
    usd_per_hour: float
    expected_usd: float
    train_usd: float
    set_up_usd: float
    storage_usd: float
    traffic_usd: float
    tear_down_usd: float
    worst_usd: float
    expected_hours: float


@dataclass(frozen=True)
class BudgetView:
    """One budget bar in dollars; `cap_usd` None where nothing names a cap."""

    window: str
    spent_usd: float
    committed_usd: float
    cap_usd: float | None
    left_usd: float | None


@dataclass(frozen=True)
class MachineView:
    """One instance of the account. `state` is the ledger's for ours, else "foreign" or "orphan".

    `provider_state` is None where the provider does not show it (any more).
    """

    instance_id: int | None
    name: str
    state: str
    provider_state: str | None
    gpu: str
    age_seconds: float | None
    usd_per_hour: float | None
    at_most_usd: float | None
    metered_usd: float | None
    run_id: str
    is_controlled: bool
    note: str


@dataclass(frozen=True)
class CloudView:
    """The cloud at a glance. `trouble` says why the provider could not be asked; "" when it was."""

    machines: tuple[MachineView, ...]
    budgets: tuple[BudgetView, ...]
    credit_usd: float | None
    auto_billing: bool | None
    trouble: str
    next_step: str


@dataclass(frozen=True)
class CostView:
    """What one rental cost in dollars; `invoiced_usd` None while the provider has not said."""

    name: str
    run_id: str
    instance_id: int | None
    state: str
    opened_at: float
    metered_usd: float
    at_most_usd: float
    invoiced_usd: float | None
    outcome: str


@dataclass(frozen=True)
class SweepView:
    """What a sweep destroys, and the machines of the account that are not ours."""

    to_destroy: tuple[MachineView, ...]
    foreign: tuple[MachineView, ...]


def list_offers(session: CloudSession, need: JobNeed, *, interruptible: bool = False) -> list[OfferView]:
    """Machines that fit, the cheapest whole job first. Raises MissingPartError without a key."""
    provider = session.provider()
    offers = ask_again(
        lambda: provider.search_offers(need, interruptible=interruptible), session.clock, session.pace
    )
    return [offer_view(each, need) for each in rank_offers(offers, need)]


def look_at_cloud(session: CloudSession) -> CloudView:
    """Machines and money; works without an account too, and then says what is missing."""
    rentals = session.rentals()
    budgets = _budgets(session, rentals)
    try:
        provider = session.provider()
        listed = ask_again(provider.list_instances, session.clock, session.pace)
        account = ask_again(provider.account, session.clock, session.pace)
    except AfsError as error:
        machines = tuple(_known(session, each, None) for each in rentals if each.is_open)
        return CloudView(machines, budgets, None, None, error.what, error.hint)
    machines = tuple(_machines(session, listed, rentals))
    step = (
        "turn automatic billing off: it can charge your card again and again" if account.auto_billing else ""
    )
    return CloudView(machines, budgets, account.credit_usd, account.auto_billing, "", step)


def list_costs(session: CloudSession) -> list[CostView]:
    """Every rental and what it cost, oldest first."""
    return [cost_view(each) for each in session.rentals()]


def cost_view(rental: RentalRecord) -> CostView:
    """One rental's cost as a face shows it."""
    made = rental.instance_id is not None
    return CostView(
        name=_one_line(rental.name),
        run_id=rental.run_id,
        instance_id=rental.instance_id,
        state=rental.state,
        opened_at=rental.opened.wall,
        metered_usd=rental.meter.metered_usd if made else 0.0,
        at_most_usd=rental.meter.at_most_usd if made else 0.0,
        invoiced_usd=None if rental.invoiced is None else to_usd(rental.invoiced),
        outcome=_one_line(rental.outcome),
    )


def sweep_view(session: CloudSession, plan: SweepPlan) -> SweepView:
    """What a sweep would destroy, and what it leaves alone."""
    dead = [each for each in session.rentals(only_open=True) if each.run_id in plan.dead_runs]
    shown = {each.instance.instance_id: each.instance for each in plan.living}
    ours = [_known(session, each, shown.get(each.instance_id or 0)) for each in dead]
    orphans = [_stranger(each.instance, each.kind) for each in plan.orphans]
    foreign = [_stranger(each.instance, each.kind) for each in plan.foreign]
    return SweepView((*ours, *orphans), tuple(foreign))


def offer_view(ranked: RankedOffer, need: JobNeed) -> OfferView:
    """An offer as a face shows it."""
    offer, cost = ranked.offer, ranked.cost
    return OfferView(
        offer_id=offer.offer_id,
        gpu=_one_line(offer.gpu_name),
        gpu_ram_gb=offer.gpu_ram_gb,
        location=_one_line(offer.location),
        reliability=offer.reliability,
        download_mbps=offer.download_mbps,
        usd_per_hour=offer.prices.running_usd_per_hour(need.disk_gb),
        expected_usd=cost.total_usd,
        train_usd=cost.train_usd,
        set_up_usd=cost.set_up_usd,
        storage_usd=cost.storage_usd,
        traffic_usd=cost.traffic_usd,
        tear_down_usd=cost.tear_down_usd,
        worst_usd=cost.worst_usd,
        expected_hours=cost.hours,
    )


def _machines(
    session: CloudSession, listed: list[Instance], rentals: Sequence[RentalRecord]
) -> list[MachineView]:
    """Everything on the account, then open rentals that the account does not show."""
    found = []
    shown: set[int] = set()
    owner = session.ledger().owner() if rentals else ""
    for sighting in compare(listed, list(rentals), owner):
        instance, rental = sighting.instance, sighting.rental
        shown.add(instance.instance_id)
        if sighting.kind == "known" and rental is not None:
            found.append(_known(session, rental, instance))
        else:
            found.append(_stranger(instance, sighting.kind))
    unseen = [each for each in rentals if each.is_open and each.instance_id not in shown]
    return found + [_known(session, each, None) for each in unseen]


def _known(session: CloudSession, rental: RentalRecord, instance: Instance | None) -> MachineView:
    meter = rental.meter
    return MachineView(
        instance_id=rental.instance_id,
        name=_one_line(rental.name),
        state=rental.state,
        provider_state=_state(instance),
        gpu=_one_line(rental.offer.gpu_name),
        age_seconds=max(0.0, time.time() - rental.opened.wall),
        usd_per_hour=meter.prices.running_usd_per_hour(meter.disk_gb),
        at_most_usd=meter.at_most_usd,
        metered_usd=meter.metered_usd,
        run_id=rental.run_id,
        is_controlled=session.is_alive(rental.run_id),
        note=_one_line(rental.outcome),
    )


def _stranger(instance: Instance, kind: str) -> MachineView:
    started = instance.started_at
    return MachineView(
        instance_id=instance.instance_id,
        name=_one_line(instance.label),
        state=kind,
        provider_state=_state(instance),
        gpu=_one_line(instance.gpu_name),
        age_seconds=None if started is None else max(0.0, time.time() - started),
        usd_per_hour=instance.usd_per_hour,
        at_most_usd=None,
        metered_usd=None,
        run_id="",
        is_controlled=False,
        note=_one_line(instance.status_message),
    )


def _budgets(session: CloudSession, rentals: Sequence[RentalRecord]) -> tuple[BudgetView, ...]:
    own = session.own_budget()
    if not rentals:
        nothing = Held()
        return _bar("day", nothing, own.day_usd), _bar("month", nothing, own.month_usd)
    held = session.ledger().holdings(rentals[-1].run_id, time.time())
    run = to_usd(rentals[-1].run_cap)
    return (
        _bar("run", held.run, run),
        _bar("day", held.day, own.day_usd),
        _bar("month", held.month, own.month_usd),
    )


def _bar(window: str, held: Held, cap: float | None) -> BudgetView:
    left = None if cap is None else max(0.0, cap - to_usd(held.total))
    return BudgetView(window, to_usd(held.spent), to_usd(held.committed), cap, left)


def _state(instance: Instance | None) -> str | None:
    return None if instance is None else _one_line(instance.status) or "provisioning"


def _one_line(text: str) -> str:
    return clean_text(text).replace("\n", "\\n").replace("\t", " ")[:200]
