"""The registry's SQLite file: adding, listing and finding experiments.

Owns the schema and its version. A file of a newer AFS is refused untouched; a damaged one is never
replaced by an empty one. Knows nothing of runs.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afs_engine.data.atomic import storage_error
from afs_engine.errors import InputError, StorageError, UsageError, nearest_hint
from afs_engine.stages.registry.experiment import Experiment

SCHEMA_VERSION = 1
_BUSY_SECONDS = 30.0
_CREATE = """
CREATE TABLE IF NOT EXISTS experiments (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (name, version)
)
"""


class Registry:
    """Experiments in one file; every call is a transaction of its own, safe for several processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, experiment: Experiment) -> Experiment:
        """Stores the experiment under the next version of its name, and returns it with that version."""
        with self._open(writable=True) as database:
            database.execute("BEGIN IMMEDIATE")
            query = "SELECT COALESCE(MAX(version), 0) + 1 FROM experiments WHERE name = ?"
            (version,) = database.execute(query, (experiment.name,)).fetchone()
            stored = experiment.model_copy(update={"version": version})
            row = (stored.name, version, stored.model_dump_json())
            database.execute("INSERT INTO experiments VALUES (?, ?, ?)", row)
            return stored

    def list_all(self, tag: str = "") -> list[Experiment]:
        """All experiments, by name and version; only those with `tag` where one is given."""
        if not self.path.exists():
            return []
        with self._open(writable=False) as database:
            rows = database.execute("SELECT record FROM experiments ORDER BY name, version").fetchall()
        found = [self._read(record) for (record,) in rows]
        return [each for each in found if not tag or tag in each.tags]

    def find(self, label: str) -> Experiment:
        """`name` (its latest version) or `name@version`. Raises UsageError with the nearest name."""
        name, sign, number = label.partition("@")
        known = self.list_all()
        versions = [each for each in known if each.name == name and (not sign or str(each.version) == number)]
        if not versions:
            hint = nearest_hint(label, sorted({each.name for each in known} | {each.label for each in known}))
            raise UsageError(f"no experiment '{label}' in {self.path}", hint=hint)
        return versions[-1]

    def _read(self, record: str) -> Experiment:
        try:
            return Experiment.model_validate_json(record)
        except ValueError as error:
            raise StorageError("the registry holds a record that can't be read", where=self.path) from error

    @contextmanager
    def _open(self, *, writable: bool) -> Iterator[sqlite3.Connection]:
        try:
            if writable:
                self._make_folder()
            mode = "rwc" if writable else "ro"
            uri = f"{self.path.absolute().as_uri()}?mode={mode}"
            database = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                self._check_version(database, writable=writable)
                yield database
                if database.in_transaction:
                    database.execute("COMMIT")
            finally:
                database.close()
        except sqlite3.OperationalError as error:
            raise StorageError(f"the registry can't be used: {error}", where=self.path) from error
        except sqlite3.DatabaseError as error:
            raise StorageError(
                f"the registry is damaged: {error}",
                where=self.path,
                hint="move this file aside; your runs folder still holds every run's manifest",
            ) from error

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, self.path) from error

    def _check_version(self, database: sqlite3.Connection, *, writable: bool) -> None:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise InputError(
                f"written by a newer AFS (schema {version}, this one knows {SCHEMA_VERSION})",
                where=self.path,
                hint="update AFS",
            )
        if version == 0 and writable:
            database.execute(_CREATE)
            database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
