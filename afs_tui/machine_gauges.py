"""The gauges of the training screen: how a look at the machine and a job's events become values. Pure."""

from afs_engine import api
from afs_tui.format import show_bytes, show_number, show_share
from afs_tui.models.job_feed import JobFeed

Reading = tuple[float | None, str]
GAUGES = {
    "cpu": "CPU",
    "memory": "RAM",
    "job_cpu": "job CPU",
    "job_memory": "job RAM",
    "gpu": "GPU RAM",
    "speed": "tokens/s",
    "rate": "step size",
}


def read_gauges(use: "api.MachineUse", feed: JobFeed) -> dict[str, Reading]:
    """Value and words of each gauge; None where it was not measured."""
    newest = feed.memory[-1] if feed.memory else None
    vram = newest.vram_bytes if newest else None
    speed, rate = _last(feed, "tokens_per_second"), _last(feed, "learning_rate")
    total = use.memory_total_bytes
    tree = f"{show_bytes(use.tree_rss_bytes)}, {use.tree_processes} proc"
    return {
        "cpu": (use.cpu_share, show_share(use.cpu_share)),
        "memory": (use.memory_used_bytes / total, f"{_gb(use.memory_used_bytes)} of {_gb(total)} GB"),
        "job_cpu": (use.tree_cpu_share, show_share(use.tree_cpu_share)),
        "job_memory": (None if use.tree_rss_bytes is None else use.tree_rss_bytes / total, tree),
        "gpu": (vram, show_bytes(vram)),
        "speed": (speed, show_number(speed, 5)),
        "rate": (rate, show_number(rate, 3)),
    }


def _last(feed: JobFeed, name: str) -> float | None:
    curve = feed.curves.get(name)
    return curve.last_value if curve is not None else None


def _gb(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f}"
