"""The state database of the Antigravity editor: `state.vscdb`, a table of keys and values.

Owns the table and the keys. Knows no payload.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.antigravity.database import open_database
from afs_engine.stages.sources.antigravity.trajectories import Trajectory, read_trajectories
from afs_engine.stages.sources.antigravity.wire import WireError
from afs_engine.stages.sources.chat.lines import UNREADABLE_FILE

_KEYS = ("antigravityUnifiedStateSync.trajectorySummaries", "unifiedStateSync.trajectorySummaries")
_QUERY = "SELECT value FROM ItemTable WHERE key IN (?, ?) ORDER BY key"


def read_state_database(path: Path, counts: RecordCounts) -> Iterator[Trajectory]:
    """The trajectories in the database; a value or a file that can't be read is counted as one record."""
    try:
        with open_database(path) as database:
            values = [row[0] for row in database.execute(_QUERY, _KEYS)]
    except (sqlite3.Error, OSError):
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
