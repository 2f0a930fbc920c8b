"""How often the kernel has ended a process here because memory ran out.

Reads counters only. A count that rose while a process died of SIGKILL says who killed it; without a
counter (macOS, old kernels) nothing is known.
"""

from pathlib import Path

_COUNTERS = (
    "sys/fs/cgroup/memory.events",  # control groups v2, seen from inside a container
    "sys/fs/cgroup/memory/memory.oom_control",  # control groups v1
    "proc/vmstat",  # the whole machine, Linux 4.13 and later
)


def count_oom_kills(root: Path = Path("/")) -> int | None:
    """The sum of the `oom_kill` counters that are there; None without any.

    https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
    """
    counts = [count for name in _COUNTERS if (count := _read_counter(root / name)) is not None]
    return sum(counts) if counts else None


def has_risen(before: int | None, after: int | None) -> bool | None:
    """Whether memory ran out between two counts; None where that is not known."""
    return None if before is None or after is None else after > before


def _read_counter(path: Path) -> int | None:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    found = [line.split()[1] for line in lines if line.startswith("oom_kill ")]
    return int(found[0]) if found and found[0].isdecimal() else None
