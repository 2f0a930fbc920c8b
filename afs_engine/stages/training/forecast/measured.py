"""What earlier trainings measured, and how it corrects the next forecast on the same machine.

Owns the record and its file (one JSON object a line in `$XDG_STATE_HOME/afs`). It must not know how a
forecast is made, nor measure anything.
"""

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from afs_engine.data.atomic import write_atomic

_KEPT = 200
_NEAR = 4.0  # a measurement of work up to so many times larger or smaller says most
_MOST = 3.0  # a ratio beyond this says that something else was measured


class MeasuredTraining(BaseModel):
    """One training beside what was expected of it. Bytes of RAM on a CPU, of VRAM on a GPU.

    `work_bytes` is the peak without `runtime_bytes`, which the packages had taken before a model was
    loaded; of what was expected of it, `expected_model_bytes` follow from base and adapter alone. Speed is
    that of whole optimizer steps.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    machine: str
    device: str
    backend: str
    runtime_bytes: int
    work_bytes: int
    expected_work_bytes: float
    expected_model_bytes: float
    operations_per_second: float
    operations_per_step: float

    @property
    def batch_ratio(self) -> float:
        """What the batch took (activations and logits) to what was expected of it."""
        batch = max(1.0, self.expected_work_bytes - self.expected_model_bytes)
        return min(_MOST, max(1 / _MOST, (self.work_bytes - self.expected_model_bytes) / batch))


@dataclass(frozen=True, slots=True)
class Correction:
    """What measured trainings say: `None` where none does. `near`: one was of about this size."""

    measurements: int = 0
    near: bool = False
    runtime_bytes: float | None = None
    batch_ratio: float | None = None
    operations_per_second: float | None = None


def find_correction(
    measured: Iterable[MeasuredTraining],
    machine: str,
    device: str,
    expected_work_bytes: float,
    operations_per_step: float | None,
) -> Correction:
    """From the trainings on `machine` that come nearest in size; pure."""
    known = [each for each in measured if each.machine == machine and each.device == device]
    if not known:
        return Correction()

    def memory_distance(each: MeasuredTraining) -> float:
        return abs(math.log(max(1.0, each.expected_work_bytes) / max(1.0, expected_work_bytes)))

    def time_distance(each: MeasuredTraining) -> float:
        return abs(math.log(each.operations_per_step / (operations_per_step or each.operations_per_step)))

    nearest = min(reversed(known), key=memory_distance)
    timed = min(reversed(known), key=time_distance)
    return Correction(
        measurements=len(known),
        near=memory_distance(nearest) <= math.log(_NEAR),
        runtime_bytes=known[-1].runtime_bytes,
        batch_ratio=nearest.batch_ratio,
        operations_per_second=timed.operations_per_second,
    )


def measured_file() -> Path:
    """Where this person's measurements lie, by the XDG rules."""
    chosen = os.environ.get("XDG_STATE_HOME")
    state = Path(chosen) if chosen and Path(chosen).is_absolute() else Path.home() / ".local" / "state"
    return state / "afs" / "measured_trainings.jsonl"


def read_measured(path: Path) -> list[MeasuredTraining]:
    """All measurements, oldest first; lines that say nothing to us are passed over."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(MeasuredTraining.model_validate_json(line))
        except ValidationError:
            continue
    return found


def keep_measured(path: Path, new: MeasuredTraining) -> None:
    """Adds one; the oldest go beyond 200. Raises StorageError when the disk refuses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = [*read_measured(path), new][-_KEPT:]
    write_atomic(path, b"".join(each.model_dump_json().encode() + b"\n" for each in kept))
