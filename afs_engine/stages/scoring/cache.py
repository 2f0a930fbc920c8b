"""The cache of expensive scores: what was measured for a text once is never measured again.

Owns one SQLite file that several processes may share. It only saves time: a damaged file is set aside
and begun anew, a disk that refuses turns the cache off, and neither stops a run. Knows nothing of what
a score means.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

import xxhash

_BUSY_SECONDS = 30.0
_KEYS_A_QUERY = 500
_ROWS_A_TRANSACTION = 10_000
_SIDE_FILES = ("-wal", "-shm")
_SCHEMA = "CREATE TABLE IF NOT EXISTS scores (key BLOB PRIMARY KEY, value REAL) WITHOUT ROWID"
_PUT = "INSERT OR REPLACE INTO scores VALUES (?, ?)"

T = TypeVar("T")


def cache_keys(measure: str, texts: Sequence[str]) -> list[bytes]:
    """A 16-byte key per text; `measure` names what gives the score: component, version, model digest."""
    start = xxhash.xxh3_128(measure.encode() + b"\0")
    keys = []
    for text in texts:
        state = start.copy()
        state.update(text.encode("utf-8", "surrogatepass"))
        keys.append(state.digest())
    return keys


class ScoreCache:
    """Scores by key in the SQLite file `path`, which is opened at the first use.

    `trouble` says in words what went wrong with the file; it is "" while all is well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self._database: sqlite3.Connection | None = None
        self._inode: int | None = None
        self._is_off = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, float | None]:
        """The stored scores of those `keys` that are there; None is a stored "does not apply"."""
        found: dict[bytes, float | None] = {}
        for batch in _batches(keys, _KEYS_A_QUERY):
            found.update(self._attempt(partial(_get, keys=batch)) or ())
        return {key: value for key, value in found.items() if _is_score(value)}

    def put_many(self, scores: Mapping[bytes, float | None]) -> None:
        """Stores `scores`, in transactions that other processes need not wait long for."""
        for batch in _batches(scores.items(), _ROWS_A_TRANSACTION):
            self._attempt(partial(_put, rows=batch))

    def close(self) -> None:
        """Closes the file; a later use opens it again."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None

    def _attempt(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What `work` gives, tried once more on a new file where the old one is damaged, else None."""
        for _ in range(2):
            if self._is_off:
                return None
            try:
                return work(self._open())
            except sqlite3.OperationalError as error:  # locked for too long, full, read-only, no folder
                self._turn_off(f"the score cache is off: {error}")
            except sqlite3.DatabaseError as error:
                self._begin_anew(f"the score cache was damaged and is begun anew: {error}")
            except OSError as error:
                self._turn_off(f"the score cache is off: {error.strerror}")
        return None

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._inode = _inode_of(self.path)
            self._database = sqlite3.connect(self.path, timeout=_BUSY_SECONDS)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute(_SCHEMA)
            self._inode = _inode_of(self.path)
        return self._database

    def _begin_anew(self, trouble: str) -> None:
        """Sets the damaged file aside, unless another process has put a new one in its place already."""
        self.trouble = trouble
        self.close()
        try:
            if _inode_of(self.path) == self._inode:
                _set_aside(self.path)
        except OSError as error:
            self._turn_off(f"the score cache is damaged and can't be set aside: {error.strerror}")

    def _turn_off(self, trouble: str) -> None:
        self.trouble = trouble
        self._is_off = True
        self.close()


def _get(database: sqlite3.Connection, keys: list[bytes]) -> list[tuple[bytes, float | None]]:
    marks = ",".join("?" * len(keys))
    return database.execute(f"SELECT key, value FROM scores WHERE key IN ({marks})", keys).fetchall()


def _put(database: sqlite3.Connection, rows: list[tuple[bytes, float | None]]) -> None:
    with database:
        database.executemany(_PUT, rows)


def _set_aside(path: Path) -> None:
    """Renames the file and what SQLite keeps beside it; those first, so that no new file meets them."""
    for suffix in (*_SIDE_FILES, ""):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(f"{path}.damaged{suffix}")


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _is_score(value: object) -> bool:
    """Whether a stored value can be a score: bytes damaged on disk need not show otherwise."""
    return value is None or (isinstance(value, float) and 0.0 <= value <= 1.0)


def _inode_of(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
