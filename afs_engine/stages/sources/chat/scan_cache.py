"""Remembering what a scan of log files found, by their sizes and times of change.

Owns the cache's file: one JSON object, written whole or not at all. It holds numbers and names of
files, never text of a conversation. A cache that is missing, damaged or of another version is empty.
Knows no vendor.
"""

from pathlib import Path

import msgspec
from msgspec import Struct

from afs_engine.data.atomic import write_atomic

_VERSION = 1


class UnitScan(Struct, frozen=True, array_like=True):
    """What is in a unit of log files, and the state of the files then."""

    state: str
    sessions: int
    turns: int


class _Contents(Struct):
    version: int
    units: dict[str, UnitScan]


class ScanCache:
    """Scans by the unit's name; `save` writes what was put since."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._units = _read(path) if path else {}
        self._is_changed = False

    def find(self, name: str, state: str) -> UnitScan | None:
        """The scan of that unit, if its files are as they were."""
        scan = self._units.get(name)
        return scan if scan is not None and scan.state == state else None

    def put(self, name: str, scan: UnitScan) -> None:
        """Remembers a scan."""
        self._units[name] = scan
        self._is_changed = True

    def keep_only(self, prefix: str, names: set[str]) -> None:
        """Forgets the units under `prefix` that are not among `names`: their files are gone."""
        gone = [name for name in self._units if name.startswith(prefix) and name not in names]
        for name in gone:
            del self._units[name]
        self._is_changed = self._is_changed or bool(gone)

    def save(self) -> None:
        """Writes the cache where anything changed. Raises StorageError."""
        if self._path is not None and self._is_changed:
            write_atomic(self._path, msgspec.json.encode(_Contents(_VERSION, self._units)))


def _read(path: Path) -> dict[str, UnitScan]:
    try:
        contents = msgspec.json.decode(path.read_bytes(), type=_Contents)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return contents.units if contents.version == _VERSION else {}
