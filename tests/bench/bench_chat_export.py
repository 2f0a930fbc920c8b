"""Chat export against a loop that only parses the lines, and discovery over the same files.

    python -m tests.bench.bench_chat_export [--sessions 300] [--turns 14] [--home DIR]

Prints, per vendor, the CPU of the export over that of the loop (both measured file by file in turns,
the best of several rounds summed, so that a busy machine counts little), the peak of memory of a fresh
process that exports everything, and the time of a cold and a warm discovery.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.discovery import discover
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit
from afs_engine.stages.sources.chat.samples import make_samples
from afs_engine.stages.sources.claude.generator import ClaudeGenerator
from afs_engine.stages.sources.codex.generator import CodexGenerator
from afs_engine.stages.sources.gemini.generator import GeminiGenerator
from tests.bench.chat_corpus import SHAPES, write_home

EXPORTERS: dict[str, type[ChatGenerator]] = {
    "claude": ClaudeGenerator,
    "codex": CodexGenerator,
    "gemini": GeminiGenerator,
}
_ROUNDS = 15
_MAX_UNITS = 40


def parse_only(unit: LogUnit) -> None:
    """The loop to beat: every line through the JSON library, and nothing done with it."""
    decode = msgspec.json.Decoder().decode
    for path in unit.files:
        with path.open("rb") as file:
            for line in file:
                decode(line)


def export_unit(exporter: ChatGenerator, unit: LogUnit) -> RecordCounts:
    """All samples of a unit, made and dropped."""
    counts = RecordCounts()
    for conversation in exporter.read_unit(unit, counts):
        for _ in make_samples(conversation, exporter.options, counts):
            pass
    return counts


def best_cpu_ns(work: Callable[[], object], best: int) -> int:
    """The lesser of `best` and one more measurement."""
    start = time.process_time_ns()
    work()
    return min(best, time.process_time_ns() - start)


def compare(exporter: ChatGenerator) -> str:
    """One line of numbers for a vendor."""
    units = exporter.list_units()[:_MAX_UNITS]
    best = {unit.name: (1 << 62, 1 << 62) for unit in units}
    for _ in range(_ROUNDS):
        for unit in units:
            loop, export = best[unit.name]
            loop = best_cpu_ns(lambda unit=unit: parse_only(unit), loop)  # type: ignore[misc]
            export = best_cpu_ns(lambda unit=unit: export_unit(exporter, unit), export)  # type: ignore[misc]
            best[unit.name] = loop, export
    loops, exports = (sum(pair[side] for pair in best.values()) for side in (0, 1))
    counts = [export_unit(exporter, unit) for unit in units]
    records, samples = sum(c.read for c in counts), sum(c.samples for c in counts)
    size = sum(path.stat().st_size for unit in units for path in unit.files)
    return (
        f"{size / 1e6:6.0f} MB {records:7} lines {samples:6} samples: "
        f"loop {loops / 1e9:.2f} s, export {exports / 1e9:.2f} s CPU, ratio {exports / loops:.2f}"
    )


def export_all(vendor: str, root: Path) -> None:
    """What the child process does: exports everything, prints the peak of its memory in MB."""
    before = peak_memory_mb()
    for _ in EXPORTERS[vendor](root).generate():
        pass
    print(f"{peak_memory_mb():.0f} MB at most, {before:.0f} MB before the first file")


def peak_memory_mb() -> float:
    """The most memory this process had since its exec; getrusage would count the parent's too."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--turns", type=int, default=14)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--export", nargs=2)
    arguments = parser.parse_args()
    if arguments.export:
        export_all(arguments.export[0], Path(arguments.export[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = arguments.home or Path(folder)
        for vendor in SHAPES:
            root = home / f".{vendor}"
            if not root.exists():
                write_home(home, vendor, arguments.sessions, arguments.turns)
            print(f"{vendor:7}", compare(EXPORTERS[vendor](root)))
            child = [sys.executable, "-m", "tests.bench.bench_chat_export", "--export", vendor, str(root)]
            print(
                f"{vendor:7}",
                subprocess.run(child, check=True, capture_output=True, text=True).stdout.strip(),
            )
        for state in ("cold", "warm"):
            wall, cpu = time.perf_counter(), time.process_time()
            found = discover(home, {}, Path(folder) / "cache.json")
            files, size = sum(source.sessions for source in found), sum(source.size_bytes for source in found)
            spent = f"{time.perf_counter() - wall:.2f} s, {time.process_time() - cpu:.2f} s CPU"
            print(f"discovery {state}: {files} sessions, {size / 1e6:.0f} MB in {spent}")


if __name__ == "__main__":
    main()
