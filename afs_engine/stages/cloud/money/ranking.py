"""Which offers fit a job, and in which order: by total dollars for this job, not by rate.

Pure. A field that an offer does not have is taken for the worse where money hangs on it (an unknown
line speed is the slowest wanted), and not held against it otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from afs_engine.stages.cloud.money.estimate import CostEstimate, estimate_cost
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.provider import Offer


@dataclass(frozen=True)
class RankedOffer:
    """An offer with what the whole job would cost on it."""

    offer: Offer
    cost: CostEstimate


def rank_offers(offers: Iterable[Offer], need: JobNeed) -> list[RankedOffer]:
    """The offers that fit, cheapest whole job first; ties by worst case, then by id."""
    ranked = [_priced(offer, need) for offer in offers if misfit(offer, need) == ""]
    return sorted(ranked, key=lambda each: (each.cost.total_usd, each.cost.worst_usd, each.offer.offer_id))


def misfit(offer: Offer, need: JobNeed) -> str:
    """Why the offer does not fit the job; "" when it does."""
    at_least = (
        ("GPU memory", offer.gpu_ram_gb, need.gpu_ram_gb),
        ("disk", offer.disk_gb, need.disk_gb),
        ("reliability", offer.reliability, need.min_reliability),
        ("CUDA", offer.cuda, need.min_cuda),
        ("download speed", offer.download_mbps, need.min_download_mbps),
        ("rental period", offer.hours_left, need.max_hours),
    )
    for name, has, wanted in at_least:
        if has is not None and has < wanted:
            return f"{name} {has:g} < {wanted:g}"
    if need.gpu_name and need.gpu_name.casefold() != offer.gpu_name.casefold():
        return f"GPU {offer.gpu_name}"
    if offer.prices.gpu_usd_per_hour <= 0:
        return "it has no price"
    return ""


def _priced(offer: Offer, need: JobNeed) -> RankedOffer:
    return RankedOffer(
        offer, estimate_cost(offer.prices, need, offer.download_mbps or need.min_download_mbps)
    )
