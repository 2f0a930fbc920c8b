"""The registry's file: making it, opening it in a transaction, telling a sound one from a damaged one.

Owns the schema, its version and its migrations. The file is one SQLite database without a write-ahead
log, so that nothing of it can be lost by deleting a neighbour. Every row carries a seal, a digest of
its content: SQLite itself does not notice a changed byte inside a text. Knows no experiment.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from afs_engine.data.atomic import TEMP_MARK, storage_error, write_atomic
from afs_engine.data.digest import hash_key
from afs_engine.errors import InputError, StorageError

SCHEMA_VERSION = 2
REBUILD = "`afs-engine training registry-rebuild` keeps this file as a backup and builds a new one"
_APPLICATION_ID = 0x41465352  # "AFSR", in the header: tells this file from another program's
_BUSY_SECONDS = 60.0
_CREATE_EXPERIMENTS = """
CREATE TABLE experiments (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    record TEXT NOT NULL,
    seal TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (name, version)
)
"""
_CREATE_PROMOTIONS = (
    "CREATE TABLE promotions (number INTEGER PRIMARY KEY, record TEXT NOT NULL, seal TEXT NOT NULL)"
)
_REFUSALS = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
}


class DamagedRegistryError(StorageError):
    """The file is there and is no sound registry."""


def seal_of(*content: object) -> str:
    """What the `seal` of a row with this content must be."""
    return hash_key(list(content))


@contextmanager
def opened(path: Path, *, writable: bool) -> Iterator[sqlite3.Connection]:
    """The file, which must be there, in one transaction that ends with the block; undone on an error.

    Raises InputError on a newer schema, DamagedRegistryError, and StorageError when the disk refuses.
    """
    with explained(path):
        uri = f"{path.absolute().as_uri()}?mode=rw"  # a reader, too, must be able to undo a torn write
        database = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            older = _read_version(database, path) < SCHEMA_VERSION
            database.execute("BEGIN IMMEDIATE" if writable or older else "BEGIN")
            _refuse_damaged(database, path)
            _migrate(database, path)
            yield database
            database.execute("COMMIT")
        finally:
            database.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into ours: what the disk refused is told from a damaged file."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_CORRUPT
        if code & 0xFF in _REFUSALS:
            raise StorageError(f"the registry can't be used: {error}", where=path) from error
        raise damaged(path, str(error)) from error
    except UnicodeDecodeError as error:
        raise damaged(path, "a text in it is not UTF-8") from error


def damaged(path: Path, reason: str) -> DamagedRegistryError:
    """The error for a file that can't be trusted."""
    return DamagedRegistryError(f"the registry is damaged: {reason}", where=path, hint=REBUILD)


def _read_version(database: sqlite3.Connection, path: Path) -> int:
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise InputError(
            f"written by a newer AFS (schema {version}, this one knows {SCHEMA_VERSION})",
            where=path,
            hint="update AFS",
        )
    return version


def _refuse_damaged(database: sqlite3.Connection, path: Path) -> None:
    """Looks at every page: 4 ms for a thousand experiments, and the only way to know."""
    found = database.execute("PRAGMA integrity_check(1)").fetchone()
    if found != ("ok",):
        raise damaged(path, str(found[0]).partition("\n")[0])
    (marker,) = database.execute("PRAGMA application_id").fetchone()
    if _read_version(database, path) != 1 and marker != _APPLICATION_ID:
        raise damaged(path, "it does not say that it is a registry")


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    """Brings a file of schema 1 (records without seals, no promotions) to the present one."""
    if _read_version(database, path) == SCHEMA_VERSION:
        return
    database.execute("ALTER TABLE experiments ADD COLUMN seal TEXT NOT NULL DEFAULT ''")
    for row in database.execute("SELECT name, version, record FROM experiments").fetchall():
        update = "UPDATE experiments SET seal = ? WHERE name = ? AND version = ?"
        database.execute(update, (seal_of(*row), *row[:2]))
    database.execute(_CREATE_PROMOTIONS)
    _mark(database)


def _mark(database: sqlite3.Connection) -> None:
    database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def insert_experiment(database: sqlite3.Connection, name: str, version: int, record: str) -> None:
    """A new row, or a new record in the row of this name and version."""
    row = (name, version, record, seal_of(name, version, record))
    database.execute("INSERT OR REPLACE INTO experiments VALUES (?, ?, ?, ?)", row)


def insert_promotion(database: sqlite3.Connection, record: str) -> None:
    """A row after the last."""
    (number,) = database.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM promotions").fetchone()
    database.execute("INSERT INTO promotions VALUES (?, ?, ?)", (number, record, seal_of(number, record)))


def registry_bytes(experiments: Iterable[tuple[str, int, str]] = (), promotions: Iterable[str] = ()) -> bytes:
    """A whole file with these rows: (name, version, record), and promotion records in order."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.execute(_CREATE_EXPERIMENTS)
        database.execute(_CREATE_PROMOTIONS)
        for row in experiments:
            insert_experiment(database, *row)
        for record in promotions:
            insert_promotion(database, record)
        _mark(database)
        return database.serialize()
    finally:
        database.close()


def create_file(path: Path) -> None:
    """Puts an empty registry at `path` unless something is there. Whole at once: a file that is there
    and empty has lost its content.
    """
    fresh = path.with_name(f"{TEMP_MARK}{secrets.token_hex(6)}-new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(fresh, registry_bytes())
        with suppress(FileExistsError):
            os.link(fresh, path)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        with suppress(OSError):
            fresh.unlink()
