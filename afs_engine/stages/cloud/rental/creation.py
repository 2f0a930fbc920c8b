"""One order, and what became of it.

The intent is in the ledger before this is called. The order is sent once; whatever is answered, the
account's list decides: an instance with the rental's label is ours and is adopted, and only a list
that stayed clear for the whole span means that there is none.
"""

from dataclasses import dataclass

from afs_engine.stages.cloud.provider import (
    Order,
    Provider,
    RateLimitedError,
    RefusedError,
    UnclearError,
)
from afs_engine.stages.cloud.rental.clock import Clock, elapsed_seconds
from afs_engine.stages.cloud.rental.pace import Pace


@dataclass(frozen=True)
class Created:
    """The instances that bear the label: none, one, or (a fault of the provider) several.

    `is_final`: the account itself was refused, so that no other offer would do either.
    """

    instance_ids: tuple[int, ...]
    reason: str = ""
    is_final: bool = False


def send_order(provider: Provider, order: Order, clock: Clock, pace: Pace) -> Created:
    """Sends the order once and settles what became of it."""
    try:
        return Created((provider.create(order),))
    except RateLimitedError as error:
        return Created((), str(error))
    except RefusedError as error:
        # a clear no; but a proxy may have sent the order twice and shown us the second answer
        found = look_for(provider, order.label, clock, pace, span=0.0)
        return Created(found, str(error), is_final=_concerns_account(error))
    except UnclearError as error:
        found = look_for(provider, order.label, clock, pace, span=pace.create_span)
        return Created(found, str(error))


def _concerns_account(error: RefusedError) -> bool:
    """No key, no credit, or a limit on spending: asking for other machines would only be a storm."""
    said = error.what.casefold()
    return error.status in (401, 402, 403) or any(word in said for word in ("credit", "spend", "balance"))


def look_for(provider: Provider, label: str, clock: Clock, pace: Pace, *, span: float) -> tuple[int, ...]:
    """The ids that bear `label`; () only after full lists without it over `span` seconds.

    Does not return while the provider gives no list: until then it is not known, and nothing else
    may be rented.
    """
    clear_since = None
    while True:
        try:
            listed = provider.list_instances()
        except (RefusedError, UnclearError):
            clock.sleep(pace.look)
            continue
        found = tuple(sorted(each.instance_id for each in listed if each.label == label))
        now = clock.moment()
        clear_since = clear_since or now
        if found or elapsed_seconds(clear_since, now) >= span:
            return found
        clock.sleep(pace.look)
