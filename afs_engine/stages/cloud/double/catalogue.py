"""The stand-in's market: offers with the provider's field names, the same for the same seed."""

import random
from typing import Any

# name, GPU memory in MB, usual $/h, TFLOPS
_CARDS = (
    ("RTX 3090", 24_576, 0.18, 35.6),
    ("RTX 4090", 24_564, 0.36, 82.6),
    ("RTX A6000", 49_140, 0.45, 38.7),
    ("L40S", 46_068, 0.72, 91.6),
    ("A100 SXM4", 81_920, 0.95, 19.5),
    ("H100 SXM", 81_559, 2.20, 67.0),
)
_PLACES = ("Sweden, SE", "Texas, US", "Quebec, CA", "Poland, PL", "Japan, JP", "")


def make_offers(seed: int, count: int) -> dict[int, dict[str, Any]]:
    """Offers by id. Prices are dollars: per hour, per GB and month, per GB moved."""
    random_numbers = random.Random(seed)
    return {each["id"]: each for each in (_offer(random_numbers, index) for index in range(count))}


def _offer(random_numbers: random.Random, index: int) -> dict[str, Any]:
    name, gpu_ram, usual, tflops = random_numbers.choice(_CARDS)
    base = round(usual * random_numbers.uniform(0.7, 1.8), 4)
    return {
        "id": 7_000_000 + index,
        "ask_contract_id": 7_000_000 + index,
        "machine_id": 40_000 + index // 2,
        "host_id": 900 + index // 4,
        "num_gpus": 1,
        "gpu_name": name,
        "gpu_ram": gpu_ram,
        "gpu_total_ram": gpu_ram,
        "total_flops": tflops,
        "cpu_cores": 32,
        "cpu_cores_effective": 8.0,
        "cpu_ram": 128_000,
        "disk_space": round(random_numbers.uniform(40, 900), 1),
        "inet_up": round(random_numbers.uniform(80, 900), 1),
        "inet_down": round(random_numbers.uniform(90, 2_500), 1),
        "inet_up_cost": round(random_numbers.choice((0.0, 0.002, 0.01, 0.02)), 4),
        "inet_down_cost": round(random_numbers.choice((0.0, 0.002, 0.005, 0.02)), 4),
        "storage_cost": round(random_numbers.uniform(0.05, 0.3), 3),
        "dph_base": base,
        "min_bid": round(base * 0.5, 4),
        "reliability": round(random_numbers.uniform(0.93, 0.9995), 4),
        "cuda_max_good": random_numbers.choice((12.2, 12.4, 12.6, 12.8)),
        "verification": "verified" if random_numbers.random() < 0.9 else "unverified",
        "geolocation": random_numbers.choice(_PLACES),
        "duration": random_numbers.choice((2.0, 20.0, 90.0)) * 86_400,
        "direct_port_count": 20,
        "rentable": True,
        "rented": False,
        "external": False,
    }


def priced(offer: dict[str, Any], disk_gb: float, bid: float | None = None) -> dict[str, Any]:
    """The offer with the totals that the provider computes for a storage size."""
    base = bid if bid is not None else offer["dph_base"]
    storage = offer["storage_cost"] * disk_gb / 720
    return {**offer, "dph_base": base, "storage_total_cost": storage, "dph_total": base + storage}


def fits(offer: dict[str, Any], query: dict[str, Any]) -> bool:
    """Whether an offer passes the filters of a search body."""
    extra = {"verified": offer["verification"] == "verified"}
    for name, wanted in query.items():
        if isinstance(wanted, dict):
            has = extra.get(name, offer.get(name))
            if has is None or not all(_holds(sign, has, value) for sign, value in wanted.items()):
                return False
    return True


def _holds(sign: str, has: Any, wanted: Any) -> bool:
    if sign == "in":
        return has in wanted
    return bool({"eq": has == wanted, "gte": has >= wanted, "lte": has <= wanted}[sign])
