"""Reading the provider's JSON: nothing is trusted to be there, to have its type, or to be finite.

An offer or instance without an id is passed over; any other missing or odd field becomes None or "".
Texts are cut to a sensible length but not cleaned: whoever shows them does that.
"""

import math
from typing import Any

from afs_engine.stages.cloud.money.meter import Reading
from afs_engine.stages.cloud.money.prices import Prices
from afs_engine.stages.cloud.provider import Charge, Instance, Offer

_LONGEST_TEXT = 300
_MB_PER_GB = 1_000
ACTIVE = frozenset({"running", "frozen", "rebooting", "unknown", "offline"})  # states that may bill the GPU


def number(value: object) -> float | None:
    """A finite number, also where it was sent as a string; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def not_negative(value: object) -> float | None:
    found = number(value)
    return found if found is not None and found >= 0 else None


def whole(value: object) -> int | None:
    """A whole number such as an id; else None."""
    found = number(value)
    return int(found) if found is not None and found == int(found) and 0 < found < 2**53 else None


def text(value: object) -> str:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else ""


def records(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def read_offer(record: dict[str, Any], asked_disk_gb: float) -> Offer | None:
    """The offer; None without an id, a price or a GPU size. `asked_disk_gb` was sent with the search."""
    offer_id = whole(record.get("id")) or whole(record.get("ask_contract_id"))
    prices = read_prices(record, asked_disk_gb)
    gpu_ram_mb = not_negative(record.get("gpu_ram"))
    if offer_id is None or prices is None or gpu_ram_mb is None:
        return None
    seconds_left = not_negative(record.get("duration"))
    reliability = number(record.get("reliability"))
    return Offer(
        offer_id=offer_id,
        machine_id=whole(record.get("machine_id")),
        gpu_name=text(record.get("gpu_name")),
        gpu_count=whole(record.get("num_gpus")) or 1,
        gpu_ram_gb=gpu_ram_mb / _MB_PER_GB,
        disk_gb=not_negative(record.get("disk_space")),
        prices=prices,
        download_mbps=not_negative(record.get("inet_down")),
        upload_mbps=not_negative(record.get("inet_up")),
        reliability=number(record.get("reliability2")) if reliability is None else reliability,
        cuda=number(record.get("cuda_max_good")),
        verified=record.get("verification") == "verified",
        location=text(record.get("geolocation")),
        hours_left=None if seconds_left is None else seconds_left / 3_600,
        min_bid_usd_per_hour=not_negative(record.get("min_bid")),
    )


def read_prices(record: dict[str, Any], asked_disk_gb: float | None) -> Prices | None:
    """The prices of an offer or instance; None where the hourly price is not known.

    The GPU's price is `dph_base`, or `dph_total` less the storage that it contains; the dearer one
    where both are given and disagree. Unknown traffic prices are 0 only where the fields are absent.
    """
    base, total = not_negative(record.get("dph_base")), not_negative(record.get("dph_total"))
    if base is None and total is None:
        return None
    stored = not_negative(record.get("storage_total_cost")) or 0.0
    gpu = max(base or 0.0, (total or 0.0) - stored)
    per_month = not_negative(record.get("storage_cost"))
    if per_month is None:
        per_month = stored * 720 / asked_disk_gb if asked_disk_gb else 0.0
    return Prices(
        gpu_usd_per_hour=gpu,
        storage_usd_per_gb_month=per_month,
        upload_usd_per_gb=not_negative(record.get("inet_up_cost")) or 0.0,
        download_usd_per_gb=not_negative(record.get("inet_down_cost")) or 0.0,
    )


def read_instance(record: dict[str, Any]) -> Instance | None:
    """The instance; None without an id."""
    instance_id = whole(record.get("id"))
    if instance_id is None:
        return None
    status = text(record.get("actual_status"))
    return Instance(
        instance_id=instance_id,
        label=text(record.get("label")),
        status=status,
        intended_status=text(record.get("intended_status")),
        gpu_name=text(record.get("gpu_name")),
        reading=Reading(
            active=status in ACTIVE,
            prices=read_prices(record, not_negative(record.get("disk_space"))),
            billed_into_gb=not_negative(record.get("inet_down_billed")),
            billed_out_gb=not_negative(record.get("inet_up_billed")),
        ),
        usd_per_hour=not_negative(record.get("dph_total")),
        storage_usd_per_hour=not_negative(record.get("storage_total_cost")),
        ssh_hosts=_ssh_hosts(record),
        status_message=text(record.get("status_msg")),
        started_at=not_negative(record.get("start_date")),
        machine_id=whole(record.get("machine_id")),
        gpu_load_percent=not_negative(record.get("gpu_util")),
    )


def _ssh_hosts(record: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    """Where to log in: the direct port first, then the provider's proxy."""
    found = []
    ports = record.get("ports")
    mapped = records(ports.get("22/tcp")) if isinstance(ports, dict) else []
    direct = whole(mapped[0].get("HostPort")) if mapped else None
    for host, port in (
        (text(record.get("public_ipaddr")).strip(), direct),
        (text(record.get("ssh_host")).strip(), whole(record.get("ssh_port"))),
    ):
        if host and port is not None and port < 65_536 and (host, port) not in found:
            found.append((host, port))
    return tuple(found)


def read_charge(record: dict[str, Any]) -> Charge | None:
    """A row of the charges table: `source` is "instance-<id>"."""
    kind, _, digits = text(record.get("source")).partition("-")
    instance_id, amount = whole(digits), number(record.get("amount"))
    if kind != "instance" or instance_id is None or amount is None:
        return None
    return Charge(instance_id, max(0.0, amount))
