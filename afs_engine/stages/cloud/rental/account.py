"""Looking at the account before and beside a run: what of ours is there, and what is not ours.

Compares the provider's full list with the ledger. Decides nothing and destroys nothing.
"""

from dataclasses import dataclass
from typing import Literal

from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.provider import Instance
from afs_engine.stages.cloud.rental.label import is_ours, parse_label

Kind = Literal["known", "orphan", "foreign"]


@dataclass(frozen=True)
class Sighting:
    """An instance of the account. known: an open rental of the ledger; orphan: ours by its label, but
    the ledger has no open rental for it; foreign: not ours.
    """

    instance: Instance
    kind: Kind
    rental: RentalRecord | None = None


def compare(listed: list[Instance], rentals: list[RentalRecord], owner: str) -> list[Sighting]:
    """What each instance of the account is to us, by id."""
    by_id = {each.rental_id: each for each in rentals}
    found = []
    for instance in sorted(listed, key=lambda each: each.instance_id):
        label = parse_label(instance.label)
        if label is None or not is_ours(instance.label, owner):
            found.append(Sighting(instance, "foreign"))
            continue
        rental = by_id.get(label.rental_id)
        known = rental is not None and rental.is_open
        found.append(Sighting(instance, "known" if known else "orphan", rental))
    return found
