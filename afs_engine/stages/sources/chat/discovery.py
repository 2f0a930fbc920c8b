"""Finding the chat logs, memory and history on a machine, and what each would give.

Owns the list of known sources and the numbers shown for them. Files that did not change since the last
scan are not opened; many others are read by several processes. Knows no log format: the vendors'
exporters say what is there.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from afs_engine.stages.sources.antigravity import generator as antigravity
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit, list_files
from afs_engine.stages.sources.chat.scan_cache import ScanCache, UnitScan
from afs_engine.stages.sources.chat.scan_processes import ScanTask, count_in_processes
from afs_engine.stages.sources.chat.unit_scan import COUNT_ONLY
from afs_engine.stages.sources.claude.generator import ClaudeGenerator
from afs_engine.stages.sources.claude.generator import default_root as claude_root
from afs_engine.stages.sources.codex.generator import CodexGenerator
from afs_engine.stages.sources.codex.generator import default_root as codex_root
from afs_engine.stages.sources.gemini.generator import GeminiGenerator
from afs_engine.stages.sources.gemini.generator import default_root as gemini_root

_NANOSECONDS = 1_000_000_000
FILE_SOURCES = {
    "memory": (Path(".context") / "memory", (".jsonl", ".json", ".md", ".txt")),
    "history": (Path(".context") / "history", (".jsonl",)),
}


@dataclass(frozen=True, slots=True)
class SourceFound:
    """A source on this machine. `sessions` are conversations, or files for memory and history.

    `turns` are answered questions and `samples` what an export with default options gives, which
    takes every one of them; both are None where they were not counted. `newest` is the last change of
    any of its files.
    """

    vendor: str
    root: Path
    sessions: int
    turns: int | None
    size_bytes: int
    newest: datetime | None
    samples: int | None


@dataclass(frozen=True, slots=True)
class _UnitState:
    """A unit and its files' state, taken before anything is read."""

    unit: LogUnit
    key: str
    state: str
    size_bytes: int
    newest_ns: int


def discover(home: Path, env: Mapping[str, str], cache_path: Path | None = None) -> list[SourceFound]:
    """The sources under `home`, or where the vendors' variables in `env` say; those with files only.

    `cache_path` is the file that remembers scans; None reads everything. Raises StorageError when the
    cache can't be written.
    """
    places = {**env, "HOME": str(home)}
    exporters: list[ChatGenerator] = [
        ClaudeGenerator(claude_root(places), COUNT_ONLY),
        CodexGenerator(codex_root(places), COUNT_ONLY),
        GeminiGenerator(gemini_root(places), COUNT_ONLY),
        antigravity.open_default(places, COUNT_ONLY),
    ]
    cache = ScanCache(cache_path)
    listed = [(exporter, list(_unit_states(exporter))) for exporter in exporters]
    _scan_stale(listed, cache)
    found = [_sum_up(exporter, units, cache) for exporter, units in listed if units]
    cache.save()
    files = [count_files(vendor, home / place, kinds) for vendor, (place, kinds) in FILE_SOURCES.items()]
    return found + [source for source in files if source is not None]


def _scan_stale(listed: list[tuple[ChatGenerator, list[_UnitState]]], cache: ScanCache) -> None:
    """Counts what is new or changed, and forgets what is gone."""
    stale = [
        (unit, ScanTask(exporter, unit.unit, unit.size_bytes))
        for exporter, units in listed
        for unit in units
        if cache.find(unit.key, unit.state) is None
    ]
    counts = count_in_processes([task for _, task in stale])
    for (unit, _), count in zip(stale, counts, strict=True):
        cache.put(unit.key, UnitScan(unit.state, count.sessions, count.turns))
    for exporter, units in listed:
        if units:
            cache.keep_only(_key(exporter, ""), {unit.key for unit in units})


def _sum_up(exporter: ChatGenerator, units: list[_UnitState], cache: ScanCache) -> SourceFound:
    known = [found for unit in units if (found := cache.find(unit.key, unit.state))]
    return SourceFound(
        vendor=exporter.vendor,
        root=exporter.root,
        sessions=sum(scan.sessions for scan in known),
        turns=sum(scan.turns for scan in known),
        size_bytes=sum(unit.size_bytes for unit in units),
        newest=_to_time(max(unit.newest_ns for unit in units)),
        samples=sum(scan.turns for scan in known),
    )


def _unit_states(exporter: ChatGenerator) -> Iterator[_UnitState]:
    for unit in exporter.list_units():
        stats = [status for path in unit.files if (status := _stat(path))]
        if stats:
            # Sizes and times in the order of the sorted files: the same files give the same text.
            state = ",".join(f"{status.st_size}:{status.st_mtime_ns}" for status in stats)
            size = sum(status.st_size for status in stats)
            newest = max(status.st_mtime_ns for status in stats)
            yield _UnitState(unit, _key(exporter, unit.name), state, size, newest)


def count_files(vendor: str, root: Path, suffixes: tuple[str, ...]) -> SourceFound | None:
    """What the files below `root` with one of the suffixes are together; None where there is none."""
    stats = [status for path in list_files(root, suffixes) if (status := _stat(path))]
    if not stats:
        return None
    newest = max(status.st_mtime_ns for status in stats)
    size = sum(status.st_size for status in stats)
    return SourceFound(vendor, root, len(stats), None, size, _to_time(newest), None)


def _key(exporter: ChatGenerator, name: str) -> str:
    return f"{exporter.vendor}:{exporter.root}:{name}"


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _to_time(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / _NANOSECONDS, UTC)
