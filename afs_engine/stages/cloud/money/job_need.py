"""What a job needs of a rented machine: size, time and data to move.

Comes from the forecast, the recipe and the size of the files; goes into the search, the estimate and
the admission. It must not know any provider.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class JobNeed:
    """Sizes in GB (10^9 bytes), times in hours. `max_hours` is the hard limit on the rental's life."""

    gpu_ram_gb: float
    disk_gb: float
    train_hours: float
    max_hours: float
    upload_gb: float = 0.1
    result_gb: float = 0.5
    image_gb: float = 4.0
    packages_gb: float = 4.0
    min_reliability: float = 0.95
    min_cuda: float = 12.4
    min_download_mbps: float = 100.0
    gpu_name: str = ""

    @property
    def into_gb(self) -> float:
        """All that the instance downloads: image, packages and our data (base model included)."""
        return self.upload_gb + self.image_gb + self.packages_gb
