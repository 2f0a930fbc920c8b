"""Asking the provider again when asking again can do no harm: reads only.

Backs off from a rate limit or a failing server; a refusal is final. It must never be given a create.
"""

from collections.abc import Callable
from typing import TypeVar

from afs_engine.stages.cloud.provider import RateLimitedError, UnclearError
from afs_engine.stages.cloud.rental.clock import Clock
from afs_engine.stages.cloud.rental.pace import Pace

_Answer = TypeVar("_Answer")
_TRIES = 5


def ask_again(ask: Callable[[], _Answer], clock: Clock, pace: Pace, tries: int = _TRIES) -> _Answer:
    """The answer of a read, asked for up to `tries` times. Raises the last error."""
    wait = pace.retry_first
    for _ in range(tries - 1):
        try:
            return ask()
        except RateLimitedError as error:
            clock.sleep(min(error.retry_after_seconds or wait, pace.retry_most))
        except UnclearError:
            clock.sleep(wait)
        wait = min(wait * 2, pace.retry_most)
    return ask()
