"""The ledger file: rentals and what they hold, shared by all processes of this person.

Admission (sum up, compare, insert) is one transaction under the write lock, so that two processes
can't both have the last dollar. Knows nothing of providers.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from afs_engine.errors import BudgetError, StorageError
from afs_engine.stages.cloud.ledger.record import RentalRecord, State
from afs_engine.stages.cloud.ledger.windows import day_start, month_start
from afs_engine.stages.cloud.money.budget import Caps, Held, Holdings, passed_alarms, refusal

_WAIT_SECONDS = 30.0
_SETTLE_SECONDS = {"creating": 600.0, "destroying": 1_800.0}  # longer than that is not normal
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS about(owner TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS rentals(
        rental_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, state TEXT NOT NULL,
        closed_at REAL, charged INTEGER NOT NULL, held INTEGER NOT NULL, record BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS rentals_by_run ON rentals(run_id)",
    "CREATE TABLE IF NOT EXISTS alarms(run_id TEXT, percent INTEGER, PRIMARY KEY(run_id, percent))",
    "PRAGMA user_version = 1",
)


class Ledger:
    """The ledger in one file. Every call is a transaction of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self, owner: str) -> None:
        """Writes a new, empty ledger of this installation; one that another process made stays."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.touch(mode=0o600)
        with self._writing() as database:
            for statement in _SCHEMA:
                database.execute(statement)
            query = "INSERT INTO about SELECT ? WHERE NOT EXISTS (SELECT * FROM about)"
            database.execute(query, (owner,))

    def owner(self) -> str:
        with self._opened() as database:
            (owner,) = database.execute("SELECT owner FROM about").fetchone()
            return str(owner)

    def admit(self, rental: RentalRecord, caps: Caps) -> None:
        """Commits the rental's money and stores the intent. Raises BudgetError when it must not start."""
        with self._writing() as database:
            self._refuse_unsettled(database, rental)
            reason = refusal(caps, _holdings(database, rental.run_id, rental.opened.wall), rental.committed)
            if reason:
                raise BudgetError(reason, hint="raise the budget, or ask for a smaller job")
            _put(database, rental)

    def change(self, rental_id: str, update: Callable[[RentalRecord], RentalRecord]) -> RentalRecord:
        """Replaces a record by what `update` makes of it, and returns that."""
        with self._writing() as database:
            return _change(database, rental_id, update)

    def set_state(
        self, rental_id: str, state: State, now: float, outcome: str = "", *, job_done: bool = False
    ) -> RentalRecord:
        """The rental in its new state. A closed one stays closed, a job that was done stays done."""

        def step(rental: RentalRecord) -> RentalRecord:
            if rental.state == "closed":
                return rental
            closed_at = now if state == "closed" else None
            return replace(
                rental,
                state=state,
                state_since=rental.state_since if rental.state == state else now,
                closed_at=closed_at,
                outcome=outcome or rental.outcome,
                job_done=job_done or rental.job_done,
            )

        return self.change(rental_id, step)

    def find(self, rental_id: str) -> RentalRecord | None:
        found = self._select("WHERE rental_id = ?", (rental_id,))
        return found[0] if found else None

    def rentals(self, *, only_open: bool = False, run_id: str = "") -> list[RentalRecord]:
        """Rentals, oldest first."""
        if run_id:
            where = " AND state != 'closed'" if only_open else ""
            return self._select(f"WHERE run_id = ?{where}", (run_id,))
        return self._select("WHERE state != 'closed'" if only_open else "", ())

    def holdings(self, run_id: str, now: float) -> Holdings:
        with self._opened() as database:
            return _holdings(database, run_id, now)

    def count(
        self, rental_id: str, update: Callable[[RentalRecord], RentalRecord]
    ) -> tuple[RentalRecord, int, list[int]]:
        """As `change`, for the meter: also what the run has spent, and the alarm levels it reached now."""
        with self._writing() as database:
            counted = _change(database, rental_id, update)
            query = "SELECT COALESCE(SUM(charged), 0) FROM rentals WHERE run_id = ?"
            (spent,) = database.execute(query, (counted.run_id,)).fetchone()
            insert = "INSERT OR IGNORE INTO alarms VALUES (?, ?)"
            reached = [
                percent
                for percent in passed_alarms(spent, counted.run_cap)
                if database.execute(insert, (counted.run_id, percent)).rowcount == 1
            ]
            return counted, spent, reached

    def _refuse_unsettled(self, database: sqlite3.Connection, rental: RentalRecord) -> None:
        """While it is not known what became of an earlier order, no new one is made."""
        query = "SELECT record FROM rentals WHERE state IN ('creating', 'destroying')"
        for (record,) in database.execute(query).fetchall():
            other = _decode(record)
            age = rental.opened.wall - other.state_since
            if age > _SETTLE_SECONDS[other.state]:
                raise BudgetError(
                    f"it is not known whether an earlier instance ({other.name}) still exists",
                    hint="run `afs cloud sweep` first",
                )

    def _select(self, where: str, values: tuple[str, ...]) -> list[RentalRecord]:
        with self._opened() as database:
            query = f"SELECT record FROM rentals {where} ORDER BY rowid"
            return [_decode(record) for (record,) in database.execute(query, values).fetchall()]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._opened() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection; sqlite's complaints come out as StorageError."""
        if not self.path.exists():
            raise StorageError("the budget ledger is gone", where=self.path)
        try:
            database = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
            try:
                database.execute("PRAGMA synchronous = FULL")
                yield database
            finally:
                database.close()
        except (sqlite3.Error, msgspec.MsgspecError, TypeError) as error:
            hint = "nothing is rented while it can't be read; restore it from a backup"
            raise StorageError(
                f"the budget ledger can't be used: {error}", where=self.path, hint=hint
            ) from error


def _change(
    database: sqlite3.Connection, rental_id: str, update: Callable[[RentalRecord], RentalRecord]
) -> RentalRecord:
    query = "SELECT record FROM rentals WHERE rental_id = ?"
    changed = update(_decode(database.execute(query, (rental_id,)).fetchone()[0]))
    _put(database, changed)
    return changed


def _put(database: sqlite3.Connection, rental: RentalRecord) -> None:
    database.execute(
        "INSERT OR REPLACE INTO rentals VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            rental.rental_id,
            rental.run_id,
            rental.state,
            rental.closed_at,
            rental.charged,
            rental.held,
            msgspec.json.encode(rental),
        ),
    )


def _decode(record: bytes) -> RentalRecord:
    return msgspec.json.decode(record, type=RentalRecord)


def _holdings(database: sqlite3.Connection, run_id: str, now: float) -> Holdings:
    """Run, day and month. A rental counts whole in every window in which it lived at any time."""
    rows = database.execute("SELECT run_id, state, closed_at, charged, held FROM rentals").fetchall()

    def held(chosen: Iterable[tuple[str, str, float | None, int, int]]) -> Held:
        kept = list(chosen)
        return Held(
            spent=sum(row[3] for row in kept if row[1] == "closed"),
            committed=sum(row[4] for row in kept if row[1] != "closed"),
        )

    def since(start: float) -> Held:
        return held(row for row in rows if row[2] is None or row[2] >= start)

    return Holdings(
        held(row for row in rows if row[0] == run_id), since(day_start(now)), since(month_start(now))
    )
