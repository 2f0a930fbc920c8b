"""What a run would cost, before anything is rented."""

from dataclasses import dataclass

from afs_engine.errors import BudgetError, CloudError
from afs_engine.runs.cloud.session import CloudSession
from afs_engine.runs.cloud.terms import CloudWish, terms_of
from afs_engine.runs.cloud.views import OfferView, offer_view
from afs_engine.runs.recipe import CloudSection
from afs_engine.stages.cloud.money.amounts import to_usd
from afs_engine.stages.cloud.money.budget import Held, Holdings
from afs_engine.stages.cloud.money.ranking import rank_offers
from afs_engine.stages.cloud.rental.asking import ask_again
from afs_engine.stages.cloud.rental.plan import RentalPlan, choose_offer, left_usd


@dataclass(frozen=True)
class RunEstimate:
    """The offer a run would take, its cost, and the hard limits. `refusal` says why none would be taken."""

    offer: OfferView | None
    budget_usd: float
    left_usd: float
    committed_usd: float | None
    max_hours: float | None
    offers_seen: int
    refusal: str


def estimate_run(session: CloudSession, section: CloudSection, wish: CloudWish) -> RunEstimate:
    """The choice that `cloud up` would make now. Raises MissingPartError without a key."""
    terms = terms_of(session, section, wish)
    provider = session.provider()
    offers = ask_again(
        lambda: provider.search_offers(terms.need, interruptible=terms.interruptible),
        session.clock,
        session.pace,
    )
    holdings = _holdings(session)
    plan = RentalPlan("", "", terms.need, terms.caps, terms.image, "", terms.interruptible)
    budget, left = to_usd(terms.caps.run), left_usd(terms.caps, holdings)
    try:
        choice = choose_offer(plan, offers, holdings, set())
    except (BudgetError, CloudError) as error:
        return RunEstimate(None, budget, left, None, None, len(offers), str(error))
    (ranked,) = rank_offers([choice.offer], choice.need)
    view = offer_view(ranked, choice.need)
    return RunEstimate(view, budget, left, to_usd(choice.worst), choice.need.max_hours, len(offers), "")


def estimate_lines(found: RunEstimate) -> list[str]:
    """The estimate for a person."""
    if found.offer is None:
        return [f"nothing would be rented: {found.refusal}"]
    offer = found.offer
    return [
        f"{offer.gpu}, {offer.gpu_ram_gb:.0f} GB, offer {offer.offer_id} (of {found.offers_seen} seen)",
        f"  training     ${offer.train_usd:>9.4f}",
        f"  set-up       ${offer.set_up_usd:>9.4f}",
        f"  storage      ${offer.storage_usd:>9.4f}",
        f"  traffic      ${offer.traffic_usd:>9.4f}",
        f"  tear-down    ${offer.tear_down_usd:>9.4f}",
        f"  expected     ${offer.expected_usd:>9.4f} for {offer.expected_hours:.1f} h",
        f"  at worst     ${found.committed_usd:>9.4f} for {found.max_hours:.1f} h, reserved before the order",
        f"budget ${found.budget_usd:.2f}, of which ${found.left_usd:.2f} is free",
    ]


def _holdings(session: CloudSession) -> Holdings:
    nothing = Held()
    if not session.rentals():
        return Holdings(nothing, nothing, nothing)
    return session.ledger().holdings("", session.clock.moment().wall)
