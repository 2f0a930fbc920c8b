"""Small sample files, the nano tokenizer, and one undisturbed training that many tests look at."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afs_engine.stages.training.settings import TrainJob, TrainSettings

REGISTERS = ["$2100", "$2115", "$4200", "$420B", "$7E0010", "$0DDB"]
NAMES = ["Link_Control", "Sprite_Draw", "Module_Overworld", "HUD_Refresh", "Dungeon_Load"]


def sample_row(number: int) -> dict[str, str]:
    """One assembly question, the same for the same number."""
    pick = random.Random(number)
    name, register = pick.choice(NAMES), pick.choice(REGISTERS)
    code = f"{name}:\n    LDA.b #${number % 256:02X}\n    STA.w {register}\n    RTL"
    return {
        "instruction": f"What does the routine {name} write to {register}?",
        "input": code if number % 2 else "",
        "output": f"It loads {number % 256} and stores it in {register}.\nThen it returns with RTL.",
        "domain": "oracle_asm" if number % 3 else "memory",
        "source": "made up",
    }


def write_samples(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def samples(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows, given or made up, to a file."""

    def make(rows: list[dict[str, Any]] | int, name: str = "rows.jsonl") -> Path:
        made = [sample_row(number) for number in range(rows)] if isinstance(rows, int) else rows
        return write_samples(tmp_path / name, made)

    return make


TINY = TrainSettings(
    epochs=2,
    batch_size=2,
    gradient_accumulation_steps=2,
    lora_r=4,
    lora_alpha=8,
    lora_dropout=0.1,  # so that the random state matters
    save_steps=3,
    eval_steps=4,
)


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """15 training rows (so that the last batch is not full) and 5 for validation."""
    folder = tmp_path_factory.mktemp("data")
    train = write_samples(folder / "train.jsonl", [sample_row(number) for number in range(15)])
    return train, write_samples(folder / "val.jsonl", [sample_row(number) for number in range(50, 55)])


@pytest.fixture(scope="session")
def tiny_job(tiny_data: tuple[Path, Path]) -> Callable[..., TrainJob]:
    """A training of 8 optimizer steps into the folder given."""

    def make(output_dir: Path, **changes: Any) -> TrainJob:
        settings = TINY.model_copy(update=changes)
        train, val = tiny_data
        return TrainJob(name="tiny", settings=settings, train_file=train, val_file=val, output_dir=output_dir)

    return make


class TrainedRun:
    """A finished training: its job, result and events."""

    def __init__(self, job: TrainJob) -> None:
        from afs_engine.stages.training.backend import choose_backend

        self.job = job
        self.folder = job.output_dir
        self.events: list[Any] = []
        self.result = choose_backend("trl").train(job, self.events.append, lambda: False)

    @property
    def adapter_sha256(self) -> str:
        return self.result.digests["adapter_model.safetensors"]


@pytest.fixture(scope="session")
def trained(tiny_job: Callable[..., TrainJob], tmp_path_factory: pytest.TempPathFactory) -> TrainedRun:
    """The undisturbed training."""
    return TrainedRun(tiny_job(tmp_path_factory.mktemp("trained") / "adapter"))


@pytest.fixture(scope="session")
def nano_tokenizer(trained: TrainedRun) -> Any:
    from afs_engine.stages.training.base_model import load_tokenizer

    return load_tokenizer(trained.folder / "base")
