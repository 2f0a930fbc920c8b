"""A forecast in words and columns for a person. Pure."""

from collections.abc import Iterator

from afs_engine.stages.training.forecast.bands import Band
from afs_engine.stages.training.forecast.memory import MemoryForecast
from afs_engine.stages.training.forecast.training_forecast import TrainingForecast

_GIB = 1 << 30


def bytes_band(band: Band) -> str:
    """E.g. `1.4 GiB (1.1-1.9)`."""
    low, expected, high = (value / _GIB for value in (band.low, band.expected, band.high))
    return f"{expected:.2f} GiB ({low:.2f}-{high:.2f})"


def seconds_band(band: Band) -> str:
    """E.g. `0:12:30 (0:04:10-0:50:00)`, in hours, minutes and seconds."""
    low, expected, high = (_clock(value) for value in (band.low, band.expected, band.high))
    return f"{expected} ({low}-{high})"


def _clock(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


def count_band(band: Band) -> str:
    return f"{band.expected:,.0f} ({band.low:,.0f}-{band.high:,.0f})"


def describe_forecast(found: TrainingForecast) -> list[str]:
    """Line by line: the machine, memory by part, the work, and what to change where it does not fit."""
    machine, work = found.machine, found.workload
    lines = [
        f"base {found.base_model}: {found.parameters / 1e6:,.1f} M parameters,"
        f" {found.trained_parameters / 1e6:,.2f} M trained",
        f"on {machine.name}: {_basis(found)}",
        "",
        *_memory_lines("VRAM" if found.vram else "RAM", found.vram or found.ram),
    ]
    if found.vram:
        lines.append(f"RAM beside it     {bytes_band(found.ram.total)}")
    lines += ["", f"longest row       {count_band(work.longest_row)} tokens, {work.rows_a_batch} a batch"]
    if work.tokens and work.steps:
        lines += [
            f"tokens            {count_band(work.tokens)}",
            f"steps             {count_band(work.steps)}",
        ]
    else:
        lines.append("tokens and steps  not known before the data is made: run the recipe `--until convert`")
    lines += [f"time              {seconds_band(found.seconds)}"] if found.seconds else []
    if found.dollars:
        low, expected, high = found.dollars.low, found.dollars.expected, found.dollars.high
        lines.append(f"price             ${expected:.2f} ({low:.2f}-{high:.2f})")
    return [*lines, "", *_verdict(found)]


def _basis(found: TrainingForecast) -> str:
    if not found.measurements:
        return "nothing was trained here yet, so the bounds are wide"
    return f"corrected by {found.measurements} training(s) measured here"


def _memory_lines(kind: str, memory: MemoryForecast) -> Iterator[str]:
    for name, part in memory.parts.items():
        yield f"{kind:<5}{name:<13}{bytes_band(part)}"
    yield f"{kind:<5}{'peak':<13}{bytes_band(memory.total)}"


def _verdict(found: TrainingForecast) -> list[str]:
    machine = found.machine
    there = machine.ram_bytes if found.vram is None else machine.vram_bytes or 0
    free = machine.ram_free_bytes if found.vram is None else machine.vram_free_bytes or 0
    room = f"{free / _GIB:.1f} GiB free of {there / _GIB:.1f}"
    if found.fits == "yes":
        return [f"fits: {room}"]
    lines = [f"does not fit: {room}" if found.fits == "no" else f"may not fit: {room}"]
    if found.smaller:
        return [*lines, f"would fit: {found.smaller.text} ({found.smaller.peak_bytes / _GIB:.2f} GiB)"]
    return [*lines, "no smaller batch, row or base makes it fit: use a larger machine"]
