"""The machine a training would run on: its name, its memory, its GPU.

Looks, changes nothing and loads nothing heavy. The name is what measurements are filed under.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path

import psutil

from afs_engine.stages.training.forecast.training_forecast import TrainingMachine

_MIB = 1 << 20
_ANSWER_SECONDS = 10


def read_machine() -> TrainingMachine:
    """This machine: its first NVIDIA GPU where there is one, else its CPU."""
    memory = psutil.virtual_memory()
    ram = {"ram_bytes": memory.total, "ram_free_bytes": memory.available}
    gpu = _first_gpu()
    if gpu is None:
        return TrainingMachine(name=_cpu_name(), device="cpu", **ram)
    name, total, free = gpu
    return TrainingMachine(name=name, device="cuda", vram_bytes=total, vram_free_bytes=free, **ram)


def rented_machine(gpu_memory_gb: float, price_usd_per_hour: float | None = None) -> TrainingMachine:
    """A rented GPU of so many GB (10^9 bytes); its host is taken to have RAM enough."""
    room = int(gpu_memory_gb * 1e9)
    return TrainingMachine(
        name=f"a GPU of {gpu_memory_gb:g} GB",
        device="cuda",
        ram_bytes=room,
        ram_free_bytes=room,
        vram_bytes=room,
        vram_free_bytes=room,
        price_usd_per_hour=price_usd_per_hour,
    )


def _cpu_name() -> str:
    """E.g. `AMD EPYC, 2 cores`."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        pass
    return f"{name}, {os.cpu_count() or 1} cores"


def _first_gpu() -> tuple[str, int, int] | None:
    """Name, memory and free memory in bytes; None without a driver that answers."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    query = [program, "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True)
        name, total, free = done.stdout.splitlines()[0].rsplit(",", 2)
        return name.strip(), int(total) * _MIB, int(free) * _MIB
    except (OSError, subprocess.SubprocessError, IndexError, ValueError):
        return None
