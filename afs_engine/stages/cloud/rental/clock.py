"""Time as a rental sees it: the wall clock, and a clock that nobody can set back.

Elapsed time comes from the boot clock while the machine has not been restarted, and from the wall
clock across a restart. It must not know what is timed.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Moment:
    """A point in time on both clocks; `boot` names the boot that `boot_seconds` counts from."""

    wall: float
    boot: str
    boot_seconds: float


def elapsed_seconds(since: Moment, until: Moment) -> float:
    """Seconds from `since` to `until`, never negative, whatever was done to the wall clock."""
    if since.boot and since.boot == until.boot:
        return max(0.0, until.boot_seconds - since.boot_seconds)
    return max(0.0, until.wall - since.wall)


class Clock(Protocol):
    """The clock of a rental; a test puts a simulated one in."""

    def moment(self) -> Moment: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """This machine's clocks."""

    def __init__(self) -> None:
        self._boot = _read_boot_id()

    def moment(self) -> Moment:
        # CLOCK_BOOTTIME also counts while the laptop sleeps; macOS has no such clock by that name
        clock_id = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        return Moment(time.time(), self._boot, time.clock_gettime(clock_id))

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def _read_boot_id() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""  # "no boot is known": the wall clock counts
