"""Reading a SQLite database that another program may have open, without leaving a trace beside it.

Owns how it is opened: read-only and immutable; where a write-ahead log stands beside it, both are copied
first, since only the two together are the database. Knows no table.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def open_database(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose texts are bytes. Raises sqlite3.Error or OSError where it can't be read."""
    log = path.with_name(path.name + "-wal")
    if log.is_file() and log.stat().st_size:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            shutil.copyfile(path, copy)
            shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
            with _connect(f"{copy.as_uri()}") as database:
                yield database
    else:
        with _connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1") as database:
            yield database


@contextmanager
def _connect(uri: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(uri, uri=True)) as database:
        database.text_factory = bytes
        yield database
