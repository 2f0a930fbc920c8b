"""What a job will cost on one offer: as expected, and at worst.

The worst case is what the budget must hold before anything is rented:

    worst = running * max_hours
          + running * PRICE_RISE * (lease + tear-down)
          + 2 * traffic

The middle line is a reserve: should the person's machine die, the instance lives on until its lease
ends and its destruction is confirmed, perhaps at a price that was raised meanwhile.
"""

from dataclasses import dataclass

from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.money.prices import Prices

PRICE_RISE = 1.5  # how much dearer an instance may get while nobody looks
LEASE_HOURS = 0.25  # the instance destroys itself when it has not heard of us for so long
TEAR_DOWN_HOURS = 5 / 60  # from the decision to destroy until the instance is gone
START_HOURS = 2 / 60  # scheduling and container start, without any download
_TRAFFIC_MARGIN = 2.0  # repeated downloads, protocol overhead
_MBIT_PER_GB = 8_000
_SECONDS_PER_HOUR = 3_600


@dataclass(frozen=True)
class CostEstimate:
    """Dollars by part; `total_usd` is the sum of the five parts, `hours` the expected life."""

    train_usd: float
    set_up_usd: float
    storage_usd: float
    traffic_usd: float
    tear_down_usd: float
    hours: float
    worst_usd: float

    @property
    def total_usd(self) -> float:
        parts = self.train_usd + self.set_up_usd + self.storage_usd
        return parts + self.traffic_usd + self.tear_down_usd


def estimate_cost(prices: Prices, need: JobNeed, download_mbps: float) -> CostEstimate:
    """The cost of `need` at `prices` on a machine that downloads `download_mbps` megabits a second.

    Setting up (image, packages, data) is counted at the full GPU price, the dearer of what the
    provider's pages say about an instance that is loading.
    """
    set_up = set_up_hours(need, download_mbps)
    hours = set_up + need.train_hours + TEAR_DOWN_HOURS
    return CostEstimate(
        train_usd=prices.gpu_usd_per_hour * need.train_hours,
        set_up_usd=prices.gpu_usd_per_hour * set_up,
        storage_usd=prices.storage_usd_per_hour(need.disk_gb) * hours,
        traffic_usd=prices.traffic_usd(into_gb=need.into_gb, out_gb=need.result_gb),
        tear_down_usd=prices.gpu_usd_per_hour * TEAR_DOWN_HOURS,
        hours=hours,
        worst_usd=worst_usd(prices, need),
    )


def set_up_hours(need: JobNeed, download_mbps: float) -> float:
    """From the order until training starts."""
    return START_HOURS + need.into_gb * _MBIT_PER_GB / max(download_mbps, 1.0) / _SECONDS_PER_HOUR


def worst_usd(prices: Prices, need: JobNeed) -> float:
    """The most that `need` can cost at `prices` (see the module's formula)."""
    life = prices.running_usd_per_hour(need.disk_gb) * need.max_hours
    return life + reserve_usd(prices, need.disk_gb) + traffic_bound_usd(prices, need)


def reserve_usd(prices: Prices, disk_gb: float) -> float:
    """What must still be unspent at any time: the instance may outlive us by a lease and a tear-down."""
    return prices.running_usd_per_hour(disk_gb) * PRICE_RISE * (LEASE_HOURS + TEAR_DOWN_HOURS)


def traffic_bound_usd(prices: Prices, need: JobNeed) -> float:
    """An upper bound on what moving the job's data costs."""
    return _TRAFFIC_MARGIN * prices.traffic_usd(into_gb=need.into_gb, out_gb=need.result_gb)


def affordable_hours(prices: Prices, need: JobNeed, limit_usd: float) -> float:
    """The longest `max_hours` whose worst case is within `limit_usd`; 0 where there is none."""
    fixed = reserve_usd(prices, need.disk_gb) + traffic_bound_usd(prices, need)
    rate = prices.running_usd_per_hour(need.disk_gb)
    return max(0.0, limit_usd - fixed) / rate if rate > 0 else 0.0
