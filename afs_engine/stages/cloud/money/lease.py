"""Lease and deadline arithmetic of one rental, in seconds of the rental's life.

The deadline is fixed before the order and never moves. The lease is what the instance gives us: it
destroys itself when the lease is not renewed in time, or at the deadline, whichever comes first.
"""

from afs_engine.stages.cloud.money.estimate import LEASE_HOURS, TEAR_DOWN_HOURS

LEASE_SECONDS = LEASE_HOURS * 3_600
TEAR_DOWN_SECONDS = TEAR_DOWN_HOURS * 3_600
RENEW_EVERY_SECONDS = 60.0


def stop_is_due(life_seconds: float, max_hours: float) -> bool:
    """Whether to destroy now, so that the instance is gone by its deadline."""
    return life_seconds >= stop_after_seconds(max_hours)


def stop_after_seconds(max_hours: float) -> float:
    """The age at which the controller destroys: a tear-down before the deadline, never below zero."""
    return max(0.0, max_hours * 3_600 - TEAR_DOWN_SECONDS)


def ends_by_itself_after(renewed_at_life: float, max_hours: float) -> float:
    """The age at which the instance destroys itself if it hears nothing after `renewed_at_life`."""
    return min(renewed_at_life + LEASE_SECONDS, max_hours * 3_600)
