"""A machine port without a job, for a controller that only cleans up."""

from collections.abc import Iterator

from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.provider import Instance
from afs_engine.stages.cloud.rental.machine import JobFailedError, Step


class IdleMachine:
    """Lets nobody in and does nothing."""

    def start_script(self, rental: RentalRecord) -> str:
        raise JobFailedError("nothing is started while cleaning up")

    def public_key(self, rental: RentalRecord) -> str:
        raise JobFailedError("nobody logs in while cleaning up")

    def drive(self, rental: RentalRecord, instance: Instance) -> Iterator[Step]:
        raise JobFailedError("there is no job while cleaning up")
