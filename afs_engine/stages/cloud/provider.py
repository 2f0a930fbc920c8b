"""The provider port: what AFS asks of a place that rents out machines, in plain data.

`vast` implements it; the controller, the sweep and the commands know only this file. Three kinds of
bad answer are told apart, because money depends on it: refused (nothing was done), unclear (it may
have been done), and malformed answers, which are unclear.
"""

from dataclasses import dataclass
from typing import Protocol

from afs_engine.errors import CloudError
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.money.meter import Reading
from afs_engine.stages.cloud.money.prices import Prices


class RefusedError(CloudError):
    """The provider said no: nothing was done. `status` is the HTTP status."""

    def __init__(self, what: str, *, status: int = 0, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.status = status


class RateLimitedError(RefusedError):
    """Too many requests: nothing was done; ask again later."""

    def __init__(self, what: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(what, status=429, hint="the provider limits how often it may be asked")
        self.retry_after_seconds = retry_after_seconds


class UnclearError(CloudError):
    """No usable answer: the request may have been carried out."""


@dataclass(frozen=True)
class Offer:
    """A machine that can be rented now. Texts are as the provider sent them: clean before showing."""

    offer_id: int
    machine_id: int | None
    gpu_name: str
    gpu_count: int
    gpu_ram_gb: float
    disk_gb: float | None
    prices: Prices
    download_mbps: float | None = None
    upload_mbps: float | None = None
    reliability: float | None = None
    cuda: float | None = None
    verified: bool = False
    location: str = ""
    hours_left: float | None = None
    min_bid_usd_per_hour: float | None = None


@dataclass(frozen=True)
class Instance:
    """A rented machine as the provider shows it. `status` is "" while it is being provisioned."""

    instance_id: int
    label: str
    status: str
    intended_status: str
    gpu_name: str
    reading: Reading
    usd_per_hour: float | None
    storage_usd_per_hour: float | None
    ssh_hosts: tuple[tuple[str, int], ...] = ()
    status_message: str = ""
    started_at: float | None = None
    machine_id: int | None = None
    gpu_load_percent: float | None = None


@dataclass(frozen=True)
class Order:
    """What one create asks for. `bid_usd_per_hour` None means on demand."""

    offer_id: int
    label: str
    image: str
    disk_gb: float
    start_script: str
    bid_usd_per_hour: float | None = None


@dataclass(frozen=True)
class Account:
    """The account behind the key: dollars left, and whether a card is charged when they end."""

    credit_usd: float | None
    auto_billing: bool | None = None


@dataclass(frozen=True)
class Charge:
    """What one instance was invoiced so far."""

    instance_id: int
    amount_usd: float


class Provider(Protocol):
    """Every call is one request (a list is one per page) and never repeats itself.

    Raises RefusedError, RateLimitedError or UnclearError.
    """

    def search_offers(self, need: JobNeed, *, interruptible: bool = False) -> list[Offer]: ...

    def create(self, order: Order) -> int:
        """Orders an instance and returns its id. Any UnclearError may have created it."""
        ...

    def list_instances(self) -> list[Instance]:
        """All instances of the account, every page. Raises when any page is missing."""
        ...

    def show(self, instance_id: int) -> Instance | None:
        """The instance, or None where the provider says there is none."""
        ...

    def destroy(self, instance_id: int) -> None:
        """Asks for destruction. Returning is no proof: look until it is absent."""
        ...

    def attach_key(self, instance_id: int, public_key: str) -> None:
        """Lets the holder of the ssh key log in."""
        ...

    def account(self) -> Account: ...

    def charges(self, since: float, until: float) -> list[Charge]: ...
