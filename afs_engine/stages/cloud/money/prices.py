"""The four prices of a rented machine, and what they come to per hour and per gigabyte.

Source of the formulas: vast.ai's pricing page. Three meters run: the GPU per second while the
instance is active, storage per second as long as it exists (on the allocated size, not the used),
traffic per byte in every state. `dph_total = dph_base + storage_total_cost`, where the latter is for
the storage size sent with the search, so it is never used as a total here.
"""

from dataclasses import dataclass

HOURS_PER_MONTH = 30 * 24  # how the provider turns $/GB/month into $/GB/hour


@dataclass(frozen=True)
class Prices:
    """What the provider asks: dollars per hour, per GB and month, per GB moved."""

    gpu_usd_per_hour: float
    storage_usd_per_gb_month: float
    upload_usd_per_gb: float = 0.0
    download_usd_per_gb: float = 0.0

    def storage_usd_per_hour(self, disk_gb: float) -> float:
        """What the disk costs in every hour that the instance exists, stopped or not."""
        return self.storage_usd_per_gb_month * disk_gb / HOURS_PER_MONTH

    def running_usd_per_hour(self, disk_gb: float) -> float:
        return self.gpu_usd_per_hour + self.storage_usd_per_hour(disk_gb)

    def traffic_usd(self, *, into_gb: float, out_gb: float) -> float:
        """What moving data costs; `into_gb` goes to the instance and is its download."""
        return self.download_usd_per_gb * into_gb + self.upload_usd_per_gb * out_gb

    def dearer_of(self, other: "Prices") -> "Prices":
        """The higher of each price: what to count with when two sources disagree."""
        return Prices(
            max(self.gpu_usd_per_hour, other.gpu_usd_per_hour),
            max(self.storage_usd_per_gb_month, other.storage_usd_per_gb_month),
            max(self.upload_usd_per_gb, other.upload_usd_per_gb),
            max(self.download_usd_per_gb, other.download_usd_per_gb),
        )
