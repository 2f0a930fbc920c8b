"""Finding the chat logs, memory and history on a machine, and what each would give.

Owns the list of known sources and the numbers shown for them. Files that did not change since the last
scan are not opened; the others are read by a few threads. Knows no log format: the vendors' exporters
say what is there.
"""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.antigravity import generator as antigravity
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit, list_files
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.chat.scan_cache import ScanCache, UnitScan
from afs_engine.stages.sources.claude.generator import ClaudeGenerator
from afs_engine.stages.sources.claude.generator import default_root as claude_root
from afs_engine.stages.sources.codex.generator import CodexGenerator
from afs_engine.stages.sources.codex.generator import default_root as codex_root
from afs_engine.stages.sources.gemini.generator import GeminiGenerator
from afs_engine.stages.sources.gemini.generator import default_root as gemini_root

# What is kept of a turn does not change how many there are.
_COUNT_ONLY = ChatExportOptions(tools="none", thinking=False)
_NANOSECONDS = 1_000_000_000
_MAX_THREADS = 8
_FILE_SOURCES = {
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
        ClaudeGenerator(claude_root(places), _COUNT_ONLY),
        CodexGenerator(codex_root(places), _COUNT_ONLY),
        GeminiGenerator(gemini_root(places), _COUNT_ONLY),
        antigravity.open_default(places, _COUNT_ONLY),
    ]
    cache = ScanCache(cache_path)
    found = [_scan_exporter(exporter, cache) for exporter in exporters]
    cache.save()
    found += [_count_files(vendor, home / place, kinds) for vendor, (place, kinds) in _FILE_SOURCES.items()]
    return [source for source in found if source is not None]


def _scan_exporter(exporter: ChatGenerator, cache: ScanCache) -> SourceFound | None:
    units = list(_unit_states(exporter))
    if not units:
        return None
    stale = [unit for unit in units if cache.find(unit.key, unit.state) is None]
    with ThreadPoolExecutor(min(_MAX_THREADS, os.cpu_count() or 1)) as pool:
        scans = pool.map(lambda unit: _scan_unit(exporter, unit), stale)
        for unit, scan in zip(stale, scans, strict=True):
            cache.put(unit.key, scan)
    cache.keep_only(_key(exporter, ""), {unit.key for unit in units})
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


def _scan_unit(exporter: ChatGenerator, unit: _UnitState) -> UnitScan:
    turns = [len(conversation.turns) for conversation in exporter.read_unit(unit.unit, RecordCounts())]
    known = unit.unit.sessions
    return UnitScan(unit.state, len(turns) if known is None else known, sum(turns))


def _count_files(vendor: str, root: Path, suffixes: tuple[str, ...]) -> SourceFound | None:
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
