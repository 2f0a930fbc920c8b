"""What every cloud command works with: this person's folders, ledger, key and provider.

The key and the ledger are asked for only by commands that need them, so that the others work
without an account.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from afs_engine.runs.cloud.request import RunFiles
from afs_engine.stages.cloud.ledger.caps import BudgetWish, read_budget_file
from afs_engine.stages.cloud.ledger.home import CloudHome, find_home, has_ledger, open_ledger
from afs_engine.stages.cloud.ledger.ledger import Ledger
from afs_engine.stages.cloud.ledger.record import RentalRecord
from afs_engine.stages.cloud.provider import Provider
from afs_engine.stages.cloud.rental.clock import Clock, SystemClock
from afs_engine.stages.cloud.rental.pace import Pace
from afs_engine.stages.cloud.vast.client import VastProvider
from afs_engine.stages.cloud.vast.key import ApiKey, find_key, server_url
from afs_engine.stages.cloud.vast.transport import HttpTransport


@dataclass(frozen=True)
class CloudSession:
    """One command's view of the cloud."""

    environment: Mapping[str, str] = field(repr=False)  # keys stand in it
    home: CloudHome
    clock: Clock
    pace: Pace = field(default_factory=Pace)

    @property
    def server_url(self) -> str:
        return server_url(self.environment)

    def key(self) -> ApiKey:
        return find_key(self.environment)

    def provider(self) -> Provider:
        """Raises MissingPartError without a key."""
        return VastProvider(HttpTransport(self.server_url, self.key().reveal()))

    def ledger(self) -> Ledger:
        return open_ledger(self.home)

    def rentals(self, *, only_open: bool = False) -> list[RentalRecord]:
        """What the ledger knows; nothing where nothing was ever rented."""
        return self.ledger().rentals(only_open=only_open) if has_ledger(self.home) else []

    def own_budget(self) -> BudgetWish:
        return read_budget_file(self.home.budget_file)

    def run(self, run_id: str) -> RunFiles:
        return RunFiles(self.home.run_folder(run_id))

    def is_alive(self, run_id: str) -> bool:
        return self.run(run_id).is_alive()


def open_session(environment: Mapping[str, str] | None = None, pace: Pace | None = None) -> CloudSession:
    """The session of this person."""
    known = os.environ if environment is None else environment
    return CloudSession(known, find_home(known), SystemClock(), pace or Pace())
