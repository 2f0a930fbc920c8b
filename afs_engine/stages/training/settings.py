"""What a training or an evaluation is asked to do: settings and jobs, as a worker reads them.

Light on purpose: the recipe, the command line and the launcher use these models without any
training package. It must not know how training is done.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from afs_engine.stages.training.presets import PRESETS

NANO = "nano"
ALL_LINEAR = "all-linear"
NANO_LEARNING_RATE = 2e-3  # random weights need larger steps than pretrained ones
USUAL_LEARNING_RATE = 2e-4


class TrainSettings(BaseModel):
    """How to train. Lengths are in tokens, `warmup_share` is a share of all optimizer steps.

    None means "choose for me": the learning rate that suits the base, about ten looks at the
    validation rows, and a checkpoint as often. `environment` is the name of one that
    `doctor --make-environment` made, or an interpreter's path; None is this one.

    `early_stopping_looks`: stop after so many looks at the validation rows without a better loss, and
    keep the best look's weights. `curriculum`: the first epoch goes from easy rows (well scored, short)
    to hard ones. `neftune_alpha` is the size of the noise on embeddings (Jain et al. 2023).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    preset: Literal["qwen2.5-coder-3b", "qwen2.5-coder-7b"] | None = None
    base_model: str = NANO
    backend: Literal["auto", "trl", "unsloth", "mlx"] = "auto"
    environment: str | None = None
    epochs: int = Field(default=2, ge=1)
    batch_size: int = Field(default=4, ge=1)
    gradient_accumulation_steps: int = Field(default=1, ge=1)
    learning_rate: float | None = Field(default=None, gt=0)
    warmup_share: float = Field(default=0.05, ge=0, lt=1)
    max_length: int = Field(default=1024, ge=8)
    packing: bool = False
    lora_r: int = Field(default=16, ge=1)
    lora_alpha: int = Field(default=32, ge=1)
    lora_dropout: float = Field(default=0.05, ge=0, lt=1)
    lora_targets: tuple[str, ...] = (ALL_LINEAR,)
    system_prompt: str = ""
    mask_rule: Literal["drop", "truncate", "refuse"] = "drop"
    thinking: Literal["drop", "train"] = "drop"
    seed: int = Field(default=42, ge=0, lt=2**32)
    eval_steps: int | None = Field(default=None, ge=1)
    save_steps: int | None = Field(default=None, ge=1)
    keep_checkpoints: int = Field(default=2, ge=1)
    threads: int = Field(default=1, ge=1)
    load_in_4bit: bool = False
    gradient_checkpointing: bool | None = None
    early_stopping_looks: int | None = Field(default=None, ge=1)
    curriculum: bool = False
    neftune_alpha: float | None = Field(default=None, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _fill_from_preset(cls, given: Any) -> Any:
        """What a preset says holds where nothing else is given."""
        name = given.get("preset") if isinstance(given, dict) else None
        return PRESETS[name] | given if name in PRESETS else given

    @model_validator(mode="after")
    def _curriculum_has_rows_of_its_own(self) -> "TrainSettings":
        if self.curriculum and self.packing:
            raise ValueError("curriculum and packing exclude each other: packs mix easy and hard rows")
        return self

    def on_device(self, on_gpu: bool) -> "TrainSettings":
        """With checkpointing decided: on a GPU it is on unless switched off, on a CPU only when asked for."""
        chosen = on_gpu if self.gradient_checkpointing is None else self.gradient_checkpointing
        return self.model_copy(update={"gradient_checkpointing": chosen})

    def chosen_learning_rate(self) -> float:
        """The learning rate asked for, or the one that suits the base."""
        if self.learning_rate is not None:
            return self.learning_rate
        return NANO_LEARNING_RATE if self.base_model == NANO else USUAL_LEARNING_RATE


class _Job(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    output_dir: Path

    @property
    def worker_dir(self) -> Path:
        """Where the worker keeps its own files: job, events, status, raw output."""
        return self.output_dir / "worker"

    def to_json(self) -> bytes:
        """The job as one readable JSON object."""
        return msgspec.json.format(self.model_dump_json().encode(), indent=1) + b"\n"


class TrainJob(_Job):
    """One training: sample files (JSONL) in, a PEFT folder out. `name` is for people to read."""

    kind: Literal["train"] = "train"
    name: str
    settings: TrainSettings
    train_file: Path
    val_file: Path | None = None

    @property
    def threads_wanted(self) -> int:
        return self.settings.threads


class EvaluateJob(_Job):
    """One evaluation of an adapter folder, or of a base model, on a JSONL of samples.

    `max_length` and `system_prompt` are those the adapter was trained with, unless given. `answers` rows,
    evenly spread over the file, are answered by the model; None: all.
    """

    kind: Literal["evaluate"] = "evaluate"
    model: str
    data_file: Path
    base_loss: bool = False
    answers: int | None = Field(default=0, ge=0)
    max_length: int | None = Field(default=None, ge=8)
    system_prompt: str | None = None
    threads: int = Field(default=1, ge=1)

    @property
    def threads_wanted(self) -> int:
        return self.threads


class MergeJob(_Job):
    """One export: the base of an adapter folder with the adapter merged into its weights."""

    kind: Literal["merge"] = "merge"
    adapter: Path

    @property
    def threads_wanted(self) -> int:
        return 1


Step = Annotated[TrainJob | EvaluateJob | MergeJob, Field(discriminator="kind")]


class SequenceJob(_Job):
    """Several jobs, one after another in one process, each with a result in its own folder.

    `stage` and `unit` are what its progress is told as, instead of the steps' own.
    """

    kind: Literal["sequence"] = "sequence"
    stage: str
    unit: str
    steps: list[Step] = Field(min_length=1)


Job = TrainJob | EvaluateJob | MergeJob | SequenceJob
_JOBS: TypeAdapter[Job] = TypeAdapter(Annotated[Job, Field(discriminator="kind")])


def parse_job(data: bytes) -> Job:
    """The job that a job file holds. Raises pydantic.ValidationError on a foreign file."""
    return _JOBS.validate_json(data)


def steps_of(job: Job) -> list[TrainJob | EvaluateJob | MergeJob]:
    """The single jobs in a job."""
    return job.steps if isinstance(job, SequenceJob) else [job]
