"""The machine port: what the controller asks of the job on a rented machine.

The work comes in small steps, so that money and time are looked at between any two of them. `ssh`
implements it for real machines; a simulated one drives the fuzz.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from afs_engine.errors import CloudError
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.provider import Instance


class UnreachableError(CloudError):
    """The machine does not answer, or the line broke: try again for a while."""


class DistrustedError(CloudError):
    """This is not the machine that was rented, or its dead-man switch is not armed: leave it."""


class JobFailedError(CloudError):
    """The job itself failed; another machine would not help."""


@dataclass(frozen=True)
class Step:
    """What one step did. "working": go on at once. "waiting": nothing to do until the next look."""

    kind: Literal["working", "waiting", "finished"]
    note: str = ""


class Machine(Protocol):
    """Drives one run's job, on whichever instance it is given."""

    def start_script(self, rental: RentalRecord) -> str:
        """What the instance runs first: arms the dead-man switch, then lets us in."""
        ...

    def public_key(self, rental: RentalRecord) -> str: ...

    def drive(self, rental: RentalRecord, instance: Instance) -> Iterator[Step]:
        """The job, step by step, taken up where it stands. Each step ends within seconds.

        Raises UnreachableError (drive again later), DistrustedError or JobFailedError. A stream that
        was given up may be dropped at any step.
        """
        ...
