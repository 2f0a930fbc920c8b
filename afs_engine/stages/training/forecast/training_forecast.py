"""The forecast of a training as a whole, corrected by what this machine has measured.

Pure: base, settings, workload, machine and measurements in, a `TrainingForecast` out.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from afs_engine.stages.training.forecast.architecture import Architecture
from afs_engine.stages.training.forecast.bands import Band, around
from afs_engine.stages.training.forecast.measured import Correction, MeasuredTraining, find_correction
from afs_engine.stages.training.forecast.memory import (
    Device,
    MemoryForecast,
    forecast_host_memory,
    forecast_training_memory,
)
from afs_engine.stages.training.forecast.workload import Workload, operations_per_token, padded
from afs_engine.stages.training.settings import TrainSettings

_OPERATIONS_PER_SECOND = {  # of LoRA steps, where nothing was measured: one CPU core; a GPU
    "cpu": Band(low=4e9, expected=2e10, high=8e10),
    "cuda": Band(low=1.5e13, expected=6e13, high=3e14),
}
_STEP_SECONDS = {"cpu": 0.02, "cuda": 0.05}  # what a step takes beside the arithmetic
_START_SECONDS = Band(low=5, expected=20, high=90)  # packages, base model and tokens


class TrainingMachine(BaseModel):
    """Where it will run. Memory in bytes that is there at all, and that is free now.

    `price_usd_per_hour` is an offer's, None on a machine of one's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    device: Device
    ram_bytes: int
    ram_free_bytes: int
    vram_bytes: int | None = None
    vram_free_bytes: int | None = None
    price_usd_per_hour: float | None = None


class SmallerTraining(BaseModel):
    """A change that makes the training fit: which settings, in words and as values, and its peak then."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    settings: dict[str, int | bool | str]
    peak_bytes: float


class TrainingForecast(BaseModel):
    """What a training will need. `vram` is None on a CPU; what depends on the data is None without it.

    `fits`: "no" when even the low bound is more than the machine has, "tight" when the expected one is
    more than is free now. `measurements` says how many trainings on this machine it rests on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    base_model: str
    parameters: int
    trained_parameters: int
    machine: TrainingMachine
    workload: Workload
    ram: MemoryForecast
    vram: MemoryForecast | None
    seconds: Band | None
    dollars: Band | None
    fits: Literal["yes", "tight", "no"]
    smaller: SmallerTraining | None = None
    measurements: int = 0

    @property
    def peak(self) -> Band:
        """Of the memory that training itself runs in."""
        return (self.vram or self.ram).total


def forecast(
    shape: Architecture,
    settings: TrainSettings,
    workload: Workload,
    checked_tokens: float,
    machine: TrainingMachine,
    measured: Sequence[MeasuredTraining] = (),
) -> TrainingForecast:
    """The forecast of one training; see `TrainingForecast`."""
    device = machine.device
    plain = forecast_training_memory(shape, settings, workload.batch_tokens, checked_tokens, device)
    operations = step_operations(shape, settings, workload)
    found = find_correction(measured, machine.name, device, plain.work.expected, operations)
    memory = _correct_memory(plain, found)
    seconds = _seconds(shape, settings, workload, device, found)
    price = machine.price_usd_per_hour
    return TrainingForecast(
        base_model=settings.base_model,
        parameters=shape.parameters,
        trained_parameters=shape.adapter_parameters(settings.lora_r, settings.lora_targets),
        machine=machine,
        workload=workload,
        ram=memory if device == "cpu" else forecast_host_memory(shape, settings),
        vram=memory if device == "cuda" else None,
        seconds=seconds,
        dollars=seconds.times(price / 3600) if seconds and price is not None else None,
        fits=_fits(memory.total, machine),
        measurements=found.measurements,
    )


def step_operations(shape: Architecture, settings: TrainSettings, workload: Workload) -> float | None:
    """Floating-point operations of an average optimizer step; None without data."""
    if workload.tokens is None or workload.steps is None or not workload.rows:
        return None
    row_tokens = workload.tokens.expected / settings.epochs / workload.rows
    per_token = operations_per_token(shape, settings, row_tokens)
    return per_token * padded(workload.tokens).expected / max(1.0, workload.steps.expected)


def _correct_memory(plain: MemoryForecast, found: Correction) -> MemoryForecast:
    """With what the batch takes as measured; the model's own share is known without."""
    if found.batch_ratio is None or found.runtime_bytes is None:
        return plain
    spread = 0.15 if found.near else 0.3
    changed = {"runtime": around(found.runtime_bytes, 0.95, 1.1)}
    for name, part in plain.parts.items():
        if name in ("activations", "logits"):
            changed[name] = around(part.expected * found.batch_ratio, 1 - spread, 1 + spread)
    return plain.model_copy(update=changed)


def _seconds(
    shape: Architecture, settings: TrainSettings, workload: Workload, device: Device, found: Correction
) -> Band | None:
    operations = step_operations(shape, settings, workload)
    if operations is None or workload.steps is None:
        return None
    speed = _OPERATIONS_PER_SECOND[device]
    overhead = _STEP_SECONDS[device]
    if found.operations_per_second is not None:
        low, high = (0.7, 1.4) if found.near else (0.4, 2.5)
        speed, overhead = around(found.operations_per_second, low, high), 0.0
    elif device == "cpu":
        speed = speed.times(settings.threads**0.8)
    steps = workload.steps
    return Band(
        low=_START_SECONDS.low + steps.low * operations / speed.high,
        expected=_START_SECONDS.expected + steps.expected * (operations / speed.expected + overhead),
        high=_START_SECONDS.high + steps.high * (operations / speed.low + 4 * overhead),
    )


def _fits(peak: Band, machine: TrainingMachine) -> Literal["yes", "tight", "no"]:
    there, free = machine.ram_bytes, machine.ram_free_bytes
    if machine.device == "cuda":
        there, free = machine.vram_bytes or 0, machine.vram_free_bytes or 0
    if peak.low > there:
        return "no"
    return "tight" if peak.expected > free else "yes"
