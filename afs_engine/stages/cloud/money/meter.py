"""Counting what a rental has cost so far, from readings of the instance.

Two sums are kept. `at_most` is what the budget is charged: GPU and storage for every second since
the order, whatever the state. `metered` is the best estimate of the invoice: GPU only while the
instance is active. Both only grow. Pure: who reads the instance gives the seconds.
"""

from dataclasses import dataclass, replace

from afs_engine.stages.cloud.money.estimate import reserve_usd
from afs_engine.stages.cloud.money.prices import Prices


@dataclass(frozen=True)
class Meter:
    """The meter's state. Traffic is in GB as billed so far; None means the provider has not said."""

    prices: Prices
    disk_gb: float
    expected_into_gb: float
    expected_out_gb: float
    at_most_time_usd: float = 0.0
    metered_time_usd: float = 0.0
    active: bool = False
    unseen_hours: float = 0.0  # since the prices were last seen
    billed_into_gb: float | None = None
    billed_out_gb: float | None = None

    @property
    def at_most_usd(self) -> float:
        """What the budget is charged: the expected traffic counts from the start."""
        into = max(self.billed_into_gb or 0.0, self.expected_into_gb)
        out = max(self.billed_out_gb or 0.0, self.expected_out_gb)
        return self.at_most_time_usd + self.prices.traffic_usd(into_gb=into, out_gb=out)

    @property
    def metered_usd(self) -> float:
        """The best estimate of the invoice so far."""
        into, out = self.billed_into_gb or 0.0, self.billed_out_gb or 0.0
        return self.metered_time_usd + self.prices.traffic_usd(into_gb=into, out_gb=out)


@dataclass(frozen=True)
class Reading:
    """What one look at the instance says; None where it did not say."""

    active: bool | None = None
    prices: Prices | None = None
    billed_into_gb: float | None = None
    billed_out_gb: float | None = None


def advance(meter: Meter, seconds: float, reading: Reading) -> Meter:
    """The meter after `seconds` more, at whose end `reading` was taken.

    The dearer of the old and new prices counts for all the time since prices were last seen. A change
    of activity somewhere between two looks is counted half.
    """
    hours = max(0.0, seconds) / 3_600
    prices = meter.prices.dearer_of(reading.prices) if reading.prices else meter.prices
    late_gpu = (prices.gpu_usd_per_hour - meter.prices.gpu_usd_per_hour) * meter.unseen_hours
    rise = prices.storage_usd_per_hour(meter.disk_gb) - meter.prices.storage_usd_per_hour(meter.disk_gb)
    late_storage = rise * meter.unseen_hours
    active = meter.active if reading.active is None else reading.active
    share_active = (int(meter.active) + int(active)) / 2
    storage = prices.storage_usd_per_hour(meter.disk_gb) * hours
    gpu = prices.gpu_usd_per_hour * hours
    return replace(
        meter,
        prices=prices,
        active=active,
        unseen_hours=0.0 if reading.prices else meter.unseen_hours + hours,
        at_most_time_usd=meter.at_most_time_usd + gpu + storage + late_gpu + late_storage,
        metered_time_usd=meter.metered_time_usd
        + gpu * share_active
        + storage
        + late_gpu * int(meter.active)
        + late_storage,
        billed_into_gb=_larger(meter.billed_into_gb, reading.billed_into_gb),
        billed_out_gb=_larger(meter.billed_out_gb, reading.billed_out_gb),
    )


def money_is_out(meter: Meter, committed_usd: float) -> bool:
    """Whether the rental must end now to stay within what was committed for it, whatever happens next."""
    return meter.at_most_usd + reserve_usd(meter.prices, meter.disk_gb) >= committed_usd


def _larger(old: float | None, new: float | None) -> float | None:
    if old is None or new is None:
        return new if old is None else old
    return max(old, new)
