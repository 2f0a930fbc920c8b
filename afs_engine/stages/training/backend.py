"""What a training backend is: a job in, events out, an adapter on disk, a result back.

Backends are chosen by name in `choose_backend`; each imports its packages only when it trains.
"""

import platform
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Protocol

from afs_engine.errors import InputError, MissingPartError
from afs_engine.events import AnyEvent
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.settings import TrainJob

Emit = Callable[[AnyEvent], None]
ShouldStop = Callable[[], bool]

PACKAGES = {
    "trl": ("torch", "transformers", "peft", "trl", "datasets", "accelerate", "safetensors", "tokenizers"),
    "unsloth": ("torch", "unsloth", "transformers", "peft", "trl"),
    "mlx": ("mlx", "mlx_lm", "transformers", "safetensors", "tokenizers"),
}


class TrainingBackend(Protocol):
    """Trains one adapter."""

    def train(self, job: TrainJob, emit: Emit, should_stop: ShouldStop) -> TrainResult:
        """Trains, or goes on where an interrupted training of the same job stopped.

        `should_stop` is asked after every optimizer step; on True the backend saves a checkpoint and
        raises InterruptedRunError. Raises InputError on unusable data, WorkerError when training
        itself fails.
        """


def choose_backend(name: str) -> TrainingBackend:
    """The backend that the settings name; `name` is checked when they are read."""
    from afs_engine.stages.training.mlx_backend import MlxBackend
    from afs_engine.stages.training.trl_backend import TrlBackend
    from afs_engine.stages.training.unsloth_backend import UnslothBackend

    made: dict[str, type[TrainingBackend]] = {"trl": TrlBackend, "unsloth": UnslothBackend, "mlx": MlxBackend}
    return made[name_backend(name)]()


def name_backend(name: str) -> str:
    """What "auto" means here: unsloth on CUDA, mlx on Apple silicon, else trl, where it is installed."""
    if name != "auto":
        return name
    if has_cuda() and not missing_packages("unsloth"):
        return "unsloth"
    on_apple_silicon = sys.platform == "darwin" and platform.machine() == "arm64"
    if not missing_packages("mlx") and (on_apple_silicon or missing_packages("trl")):
        return "mlx"
    return "trl"


def check_backend(backend: str) -> None:
    """Raises InputError or MissingPartError for a named backend that can't work in this interpreter."""
    if backend == "unsloth" and not has_cuda():
        raise InputError('backend "unsloth" needs a CUDA GPU', hint='set backend = "trl"')
    missing = missing_packages(backend)
    if not missing:
        return
    hint = "pip install 'afs[train]'"
    if backend != "trl":
        hint = f'`afs-engine doctor --make-environment {backend}`, then set environment = "{backend}"'
    raise MissingPartError(f"training needs {', '.join(missing)}", hint=hint)


def missing_packages(backend: str) -> list[str]:
    """The packages of a backend that this interpreter does not have."""
    return [package for package in PACKAGES[backend] if find_spec(package) is None]


def has_cuda() -> bool:
    """Whether an NVIDIA driver is installed; loads nothing."""
    return shutil.which("nvidia-smi") is not None
