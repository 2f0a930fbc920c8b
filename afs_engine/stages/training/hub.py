"""Whether a base named by its hub name can be had: from the cache on this machine, or from the hub.

Owns the place of huggingface_hub's cache and the look at the network; downloads nothing and imports no
package of the hub's.
"""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from afs_engine.errors import InputError

_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def cached_base(name: str) -> Path | None:
    """The newest snapshot of a hub model in the cache."""
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub")
    found = sorted((hub / f"models--{name.replace('/', '--')}" / "snapshots").glob("*/config.json"))
    return found[-1].parent if found else None


def check_hub(name: str) -> None:
    """Raises InputError where `name` is not in the cache and the hub can't be asked for it.

    The hub's own client would try for a minute.
    """
    if cached_base(name) is None and not _can_reach_hub():
        raise InputError(
            f"'{name}' is no folder and no model on this machine, and the hub can't be reached",
            hint="check the name and the network, or download it elsewhere and give its folder",
        )


def _can_reach_hub() -> bool:
    """Whether the hub's address is known here; a proxy is taken at its word."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "TRUE", "YES", "ON"}:
        return False
    if any(os.environ.get(name) for name in _PROXIES):
        return True
    hub = urlsplit(os.environ.get("HF_ENDPOINT") or "https://huggingface.co")
    try:
        return bool(socket.getaddrinfo(hub.hostname, hub.port or 443))
    except (OSError, ValueError):
        return False
