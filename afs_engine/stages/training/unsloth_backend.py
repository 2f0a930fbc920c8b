"""Training with unsloth on one CUDA GPU: its patched model under the same trainer, events and files.

Must run in a worker process of an environment that has unsloth (`doctor --make-environment unsloth`).
"""

from typing import Any

from afs_engine.stages.training.backend import Emit, ShouldStop, check_backend
from afs_engine.stages.training.base_check import is_4bit
from afs_engine.stages.training.opened_training import run_training
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.settings import ALL_LINEAR, TrainJob
from afs_engine.stages.training.trl_backend import TrlTraining

_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class UnslothBackend:
    """The `unsloth` backend."""

    name = "unsloth"

    def train(self, job: TrainJob, emit: Emit, should_stop: ShouldStop) -> TrainResult:
        """See `TrainingBackend.train`. Raises as `check_backend` does."""
        check_backend(self.name)
        return run_training(job, emit, lambda opened: _UnslothTraining(opened, should_stop).run())


class _UnslothTraining(TrlTraining):
    name = UnslothBackend.name

    def _prepare_torch(self) -> None:
        import unsloth  # noqa: F401 - it patches transformers and trl: before either is imported

        super()._prepare_torch()

    def _load_model(self, source: Any) -> tuple[Any, Any]:
        """The model with its adapter on it: unsloth puts it there itself."""
        from unsloth import FastLanguageModel

        settings = self._settings
        model, _ = FastLanguageModel.from_pretrained(
            model_name=str(source),
            max_seq_length=settings.max_length,
            load_in_4bit=settings.load_in_4bit or is_4bit(str(source)),
            trust_remote_code=False,
        )
        targets = _LINEAR if settings.lora_targets == (ALL_LINEAR,) else list(settings.lora_targets)
        checkpointing = "unsloth" if settings.on_device(True).gradient_checkpointing else False
        model = FastLanguageModel.get_peft_model(
            model,
            r=settings.lora_r,
            lora_alpha=settings.lora_alpha,
            lora_dropout=settings.lora_dropout,
            target_modules=targets,
            use_gradient_checkpointing=checkpointing,
            random_state=settings.seed,
        )
        return model, None
