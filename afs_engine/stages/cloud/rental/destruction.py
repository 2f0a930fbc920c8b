"""Destroying an instance until it is proven gone.

Destroyed means: asked for, then absent from the full list and from its own page in several looks
over a span longer than the provider's lists can be out of date. An error is no proof, "success" is
no proof. It never stops an instance instead: a stopped one still costs storage.
"""

from collections.abc import Callable
from dataclasses import dataclass

from afs_engine.stages.cloud.provider import Instance, Provider, RefusedError, UnclearError
from afs_engine.stages.cloud.rental.clock import Clock, Moment, elapsed_seconds
from afs_engine.stages.cloud.rental.pace import Pace

Tick = Callable[[Instance | None, str], None]


@dataclass
class _Looks:
    """How often and since when the instance was absent without a break."""

    count: int = 0
    since: Moment | None = None

    def clear(self) -> None:
        self.count, self.since = 0, None

    def add(self, now: Moment) -> float:
        self.count += 1
        self.since = self.since or now
        return elapsed_seconds(self.since, now)


def destroy_until_gone(provider: Provider, instance_id: int, clock: Clock, pace: Pace, tick: Tick) -> None:
    """Returns when the instance is proven gone. Keeps trying for as long as that takes.

    `tick` is called with the instance while it is there (it still costs), or with None and a
    trouble to tell.
    """
    looks = _Looks()
    wait = pace.retry_first
    while True:
        trouble = _ask_to_destroy(provider, instance_id) if looks.count == 0 else ""
        try:
            found = _look(provider, instance_id)
        except (RefusedError, UnclearError) as error:
            tick(None, trouble or str(error))
            clock.sleep(wait)
            wait = min(wait * 2, pace.retry_most)
            continue
        wait = pace.retry_first
        if found is not None:
            looks.clear()
            tick(found, trouble)
        elif looks.add(clock.moment()) >= pace.gone_span and looks.count >= pace.fewest_gone_looks:
            return
        elif looks.count == 1:
            tick(None, "")
        clock.sleep(pace.look)


def last_look(provider: Provider, instance_id: int) -> tuple[Instance | None, str]:
    """The instance before it is destroyed: what it moved since the last look is on the bill too."""
    try:
        return provider.show(instance_id), ""
    except (RefusedError, UnclearError):
        return None, ""  # the destruction matters more


def _ask_to_destroy(provider: Provider, instance_id: int) -> str:
    """Sends the request; what went wrong, if anything."""
    try:
        provider.destroy(instance_id)
    except (RefusedError, UnclearError) as error:
        return str(error)
    return ""


def _look(provider: Provider, instance_id: int) -> Instance | None:
    """The instance if the full list or its own page shows it. Both must answer for a None."""
    listed = {each.instance_id: each for each in provider.list_instances()}
    return listed.get(instance_id) or provider.show(instance_id)
