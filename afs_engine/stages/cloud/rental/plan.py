"""What a run may rent, and choosing an offer for it. No network in here."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from afs_engine.errors import BudgetError, CloudError
from afs_engine.stages.cloud.money.amounts import micro_up, to_usd
from afs_engine.stages.cloud.money.budget import Caps, Holdings
from afs_engine.stages.cloud.money.estimate import affordable_hours, set_up_hours, worst_usd
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.money.ranking import RankedOffer, rank_offers
from afs_engine.stages.cloud.provider import Offer

BID_OVER_MINIMUM = 1.2  # a bid at the minimum is outbid at once
_ROUNDING_HOURS = 1e-6  # keeps a duration that was cut to the budget from exceeding it by a rounding


@dataclass(frozen=True)
class RentalPlan:
    """One run that may rent machines, one after another, under its caps."""

    run_id: str
    name: str
    need: JobNeed
    caps: Caps
    image: str
    folder: str
    interruptible: bool = False
    most_machines: int = 4
    should_stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Choice:
    """An offer, the need cut to what the budget allows on it, and its worst case in micro-dollars."""

    offer: Offer
    need: JobNeed
    worst: int
    bid_usd_per_hour: float | None = None


def choose_offer(plan: RentalPlan, offers: list[Offer], holdings: Holdings, avoid: set[int]) -> Choice:
    """The cheapest offer for the whole job that the budget covers; machines in `avoid` are left out.

    Raises CloudError where no offer fits, BudgetError where the money does not reach.
    """
    bids = [_with_bid(offer) for offer in offers] if plan.interruptible else offers
    ranked = [each for each in rank_offers(bids, plan.need) if machine_key(each.offer) not in avoid]
    if not ranked:
        raise CloudError(
            f"no offer fits the job ({len(offers)} seen)",
            hint="look at `afs cloud offers`; ask for less GPU memory, disk or reliability",
        )
    left = left_usd(plan.caps, holdings)
    for each in ranked:
        choice = _within(plan.need, each, left, plan.interruptible)
        if choice is not None:
            return choice
    cheapest = min(each.cost.worst_usd for each in ranked)
    raise BudgetError(
        f"the budget does not cover the job: ${left:.2f} left; the cheapest machine may cost "
        f"${cheapest:.2f} at worst for {plan.need.max_hours:.1f} h",
        hint="raise the budget or lower the hours",
    )


def left_usd(caps: Caps, holdings: Holdings) -> float:
    """What the tightest cap still allows, in dollars."""
    windows = ((caps.run, holdings.run), (caps.day, holdings.day), (caps.month, holdings.month))
    return to_usd(max(0, min(cap - held.total for cap, held in windows)))


def _within(need: JobNeed, ranked: RankedOffer, left: float, interruptible: bool) -> Choice | None:
    """The offer with the longest life that the money allows; None when that is too short for the job."""
    offer = ranked.offer
    hours = min(need.max_hours, affordable_hours(offer.prices, need, left) - _ROUNDING_HOURS)
    download = offer.download_mbps or need.min_download_mbps
    if hours < need.max_hours and hours < set_up_hours(need, download) + need.train_hours:
        return None
    cut = replace(need, max_hours=hours)
    bid = offer.prices.gpu_usd_per_hour if interruptible else None
    return Choice(offer, cut, micro_up(worst_usd(offer.prices, cut)), bid)


def _with_bid(offer: Offer) -> Offer:
    """An interruptible offer at what we would bid: that is then its GPU price."""
    bid = (offer.min_bid_usd_per_hour or offer.prices.gpu_usd_per_hour) * BID_OVER_MINIMUM
    prices = replace(offer.prices, gpu_usd_per_hour=bid)
    return replace(offer, prices=prices)


def machine_key(offer: Offer) -> int:
    """What to avoid after a failure: the machine, or the offer where the machine is not named."""
    return offer.machine_id or -offer.offer_id
