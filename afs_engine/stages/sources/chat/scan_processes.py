"""Counting many units on all cores.

Owns the worker processes: how the units are dealt out, and that a worker which fails costs nothing but
time. Processes, because decoding holds the interpreter's lock; started anew, because a pool can't be
made inside a running terminal program. Knows no vendor.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

import afs_engine
from afs_engine.stages.sources.chat.generator import ChatGenerator, LogUnit
from afs_engine.stages.sources.chat.unit_scan import UnitCount, count_unit, pack_unit

_WORKER_MODULE = "afs_engine.stages.sources.chat.scan_worker"
_MOST_WORKERS = 8
_BYTES_PER_WORKER = 16 << 20  # less is read sooner than a process has started
_decode_counts = msgspec.msgpack.Decoder(list[UnitCount]).decode


@dataclass(frozen=True, slots=True)
class ScanTask:
    """A unit to count, with its size."""

    generator: ChatGenerator
    unit: LogUnit
    size_bytes: int


def count_in_processes(tasks: Sequence[ScanTask], workers: int | None = None) -> list[UnitCount]:
    """The counts of the tasks, in their order. `workers`: how many processes; None decides by the sizes."""
    if workers is None:
        wanted = sum(task.size_bytes for task in tasks) // _BYTES_PER_WORKER
        workers = min(_MOST_WORKERS, os.cpu_count() or 1, wanted)
    if workers < 2:
        return [count_unit(task.generator, task.unit) for task in tasks]
    hands = _deal(tasks, workers)
    started = [_start([tasks[place] for place in hand]) for hand in hands]
    counts: dict[int, UnitCount] = {}
    try:
        for hand, worker in zip(hands, started, strict=True):
            counts.update(zip(hand, _collect(worker, [tasks[place] for place in hand]), strict=True))
    finally:
        for worker in started:
            worker.kill()
            worker.wait()
            if worker.stdout:
                worker.stdout.close()
    return [counts[place] for place in range(len(tasks))]


def _deal(tasks: Sequence[ScanTask], hands: int) -> list[list[int]]:
    """Places of the tasks in as many hands, each with about as many bytes."""
    dealt: list[list[int]] = [[] for _ in range(hands)]
    sizes = [0] * hands
    for place in sorted(range(len(tasks)), key=lambda place: -tasks[place].size_bytes):
        lightest = sizes.index(min(sizes))
        dealt[lightest].append(place)
        sizes[lightest] += tasks[place].size_bytes
    return [hand for hand in dealt if hand]


def _start(tasks: list[ScanTask]) -> "subprocess.Popen[bytes]":
    """A worker that has its tasks and is at work."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", _WORKER_MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it has died: nothing will come from it
        process.stdin.write(msgspec.msgpack.encode([pack_unit(task.generator, task.unit) for task in tasks]))
        process.stdin.close()
    process.stdin = None
    return process


def _environment() -> dict[str, str]:
    """This process's environment, with the engine importable from where it was imported here."""
    root, known = str(Path(afs_engine.__file__).parent.parent), os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}


def _collect(worker: "subprocess.Popen[bytes]", tasks: list[ScanTask]) -> list[UnitCount]:
    """What the worker counted; counted here where it gave no answer."""
    answer, _ = worker.communicate()
    try:
        counts = _decode_counts(answer)
    except msgspec.MsgspecError:
        counts = []
    if len(counts) == len(tasks):
        return counts
    return [count_unit(task.generator, task.unit) for task in tasks]
