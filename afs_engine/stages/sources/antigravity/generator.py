"""The Antigravity exporter: where its state database lies, and how it is read.

Owns the database's place, table and keys. It is opened read-only and immutable, so that nothing is
written beside it and a running editor is not disturbed. Knows no payload.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from afs_engine.data.display import show_path
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.antigravity.trajectories import Trajectory, read_trajectories
from afs_engine.stages.sources.antigravity.turns import TurnReader
from afs_engine.stages.sources.antigravity.wire import WireError
from afs_engine.stages.sources.chat.conversation import Conversation
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit
from afs_engine.stages.sources.chat.lines import UNREADABLE_FILE

VENDOR = "antigravity"
_DATABASE = "state.vscdb"
_KEYS = ("antigravityUnifiedStateSync.trajectorySummaries", "unifiedStateSync.trajectorySummaries")
_QUERY = "SELECT value FROM ItemTable WHERE key IN (?, ?) ORDER BY key"


def possible_roots(env: Mapping[str, str]) -> tuple[Path, ...]:
    """Where the database's folder is on Linux, macOS and Windows."""
    home = Path(env.get("HOME", "/"))
    configs = (
        Path(env.get("XDG_CONFIG_HOME") or home / ".config"),
        home / "Library" / "Application Support",
        Path(env.get("APPDATA") or home / "AppData" / "Roaming"),
    )
    return tuple(config / "Antigravity" / "User" / "globalStorage" for config in configs)


def default_root(env: Mapping[str, str]) -> Path:
    """The first of the possible roots that is there, else the first."""
    roots = possible_roots(env)
    return next((root for root in roots if root.exists()), roots[0])


class AntigravityGenerator(ChatGenerator):
    """Samples from `<root>/state.vscdb`, or from `root` as the database file."""

    vendor = VENDOR
    hint = "name the folder of state.vscdb with --root"

    def list_units(self) -> list[LogUnit]:
        """The database, if it is there."""
        path = self.root if self.root.is_file() else self.root / _DATABASE
        return [LogUnit(show_path(path.name), path, (path,), sessions=None)] if path.is_file() else []

    def read_unit(self, unit: LogUnit, counts: RecordCounts) -> Iterator[Conversation]:
        """One conversation a trajectory that has an answered task."""
        reader = TurnReader(counts)
        for position, trajectory in enumerate(_read_database(unit.place, counts)):
            turns = reader.read(trajectory)
            if turns:
                session_id = trajectory.session_id or f"{unit.name}-{position}"
                yield Conversation(vendor=VENDOR, session_id=session_id, path=unit.name, turns=turns)


def _read_database(path: Path, counts: RecordCounts) -> Iterator[Trajectory]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.text_factory = bytes
            values = [row[0] for row in database.execute(_QUERY, _KEYS)]
    except sqlite3.Error:
        counts.read += 1
        counts.skip(UNREADABLE_FILE)
        return
    for value in values:
        trajectories = _decode_value(value)
        if trajectories is None:
            counts.read += 1
            counts.skip("malformed value")
        yield from trajectories or ()


def _decode_value(value: object) -> list[Trajectory] | None:
    try:
        return read_trajectories(value) if isinstance(value, bytes) else None
    except WireError:
        return None
