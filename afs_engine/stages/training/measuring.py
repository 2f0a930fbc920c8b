"""What a training took, measured in the worker and set beside what was expected of it.

Owns the reading of peaks; must run in the worker. It must not know how measurements are kept.
"""

import time
from collections.abc import Sequence
from typing import Any

import psutil

from afs_engine.stages.training.forecast.architecture import Architecture
from afs_engine.stages.training.forecast.bands import exactly
from afs_engine.stages.training.forecast.machine import read_machine
from afs_engine.stages.training.forecast.measured import MeasuredTraining
from afs_engine.stages.training.forecast.memory import Device, MemoryForecast, forecast_training_memory
from afs_engine.stages.training.forecast.training_forecast import step_operations
from afs_engine.stages.training.forecast.workload import Workload, measure_workload
from afs_engine.stages.training.peaks import peak_rss_bytes
from afs_engine.stages.training.settings import TrainSettings


class Gauge:
    """Made when the packages are loaded and the model is not; `begin` when the first step is next."""

    def __init__(self, settings: TrainSettings, backend: str) -> None:
        import torch

        self._device: Device = "cuda" if torch.cuda.is_available() else "cpu"
        self._backend = backend
        self._settings = settings.on_device(self._device == "cuda")
        self._runtime = psutil.Process().memory_info().rss
        if self._device == "cuda":
            free, total = torch.cuda.mem_get_info()
            self._runtime = max(0, total - free - torch.cuda.memory_reserved())
        self._began = time.monotonic()

    def begin(self) -> None:
        self._began = time.monotonic()

    def peak_bytes(self) -> int:
        """The most memory held so far: RSS, or what torch reserved on the GPU and the CUDA context."""
        import torch

        if self._device == "cuda":
            return self._runtime + torch.cuda.max_memory_reserved()
        return peak_rss_bytes()

    def result(
        self, model: Any, lengths: Sequence[int], checked_tokens: int, steps: int
    ) -> MeasuredTraining | None:
        """The measurement after `steps` steps over rows of these lengths; None for an odd kind of model."""
        shape = shape_of(model.config.get_text_config())
        if shape is None or not steps:
            return None
        seconds = time.monotonic() - self._began
        workload = measure_workload(lengths, exactly(1.0), self._settings)
        operations = step_operations(shape, self._settings, workload)
        expected = self._expected_memory(shape, workload, checked_tokens)
        if operations is None:
            return None
        return MeasuredTraining(
            machine=read_machine().name,
            device=self._device,
            backend=self._backend,
            runtime_bytes=self._runtime,
            work_bytes=max(1, self.peak_bytes() - self._runtime),
            expected_work_bytes=expected.work.expected,
            expected_model_bytes=expected.model.expected,
            operations_per_second=operations * steps / seconds,
            operations_per_step=operations,
        )

    def _expected_memory(
        self, shape: Architecture, workload: Workload, checked_tokens: int
    ) -> MemoryForecast:
        tokens = workload.batch_tokens
        return forecast_training_memory(shape, self._settings, tokens, checked_tokens, self._device)


def shape_of(config: Any) -> Architecture | None:
    """The shape that a loaded model's config tells; None where it lacks what we count by."""
    try:
        heads = config.num_attention_heads
        return Architecture(
            hidden=config.hidden_size,
            intermediate=config.intermediate_size,
            layers=config.num_hidden_layers,
            heads=heads,
            kv_heads=config.num_key_value_heads or heads,
            vocabulary=config.vocab_size,
            head_size=getattr(config, "head_dim", None) or config.hidden_size // heads,
            tied=bool(config.tie_word_embeddings),
            four_bit=getattr(config, "quantization_config", None) is not None,
        )
    except AttributeError:
        return None
