"""Settings of a training as a person gives them: by flag, by preset and in a recipe."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afs_engine.runs.runner import run_recipe
from afs_engine.stages.training import batch_order
from afs_engine.stages.training.backend import Emit, choose_backend, has_cuda
from afs_engine.stages.training.batch_order import order_epoch, rank_by_ease
from afs_engine.stages.training.settings import TrainJob
from tests.program import call, call_well, read_rows, write_rows

RECIPE = """
[[sources]]
name = "notes"
kind = "jsonl"
path = "notes.jsonl"
[score]
profile = "dialogue"
[train]
curriculum = true
early_stopping_looks = 1
epochs = 1
batch_size = 2
max_length = 256
lora_r = 4
"""


@pytest.fixture
def overfitting(tmp_path: Path) -> list[object]:
    """Flags of a training whose validation loss soon rises: the rows to validate on say the opposite."""
    rows = [{"instruction": "Say it.", "output": "Yes, it is so. " * (n % 3 + 1)} for n in range(8)]
    other = [{"instruction": "Say it.", "output": "$4210 STA NOP " * 3}]
    data = write_rows(tmp_path / "train.jsonl", rows)
    val = write_rows(tmp_path / "other.jsonl", other)
    return ["--data", data, "--val-data", val, "--epochs", 10, "--batch-size", 4, "--learning-rate", 0.02]


def test_early_stopping_by_flag_ends_sooner_with_the_best(overfitting: list[object], tmp_path: Path) -> None:
    flags = ["--output", "out", "--early-stopping-looks", 2, "--neftune-alpha", 5, "--json"]
    result = call_well("training", "train", *overfitting, *flags, cwd=tmp_path).json
    assert 0 < result["best_step"] < result["steps"] < 20
    log = (tmp_path / "out" / "training.log").read_text()
    assert "stopped early" in log and f"best: step {result['best_step']}" in log
    told = f"step {result['best_step']}/20  val loss {result['val_loss_last']:.4f}"
    assert told in log


@pytest.mark.skipif(has_cuda(), reason="this machine has a GPU")
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--load-in-4bit"], "load_in_4bit needs a CUDA GPU (set load_in_4bit = false)"),
        (["--preset", "qwen2.5-coder-3b"], "is a 4-bit base, which needs a CUDA GPU (use the same base"),
        (["--backend", "unsloth"], 'backend "unsloth" needs a CUDA GPU (set backend = "trl")'),
    ],
)
def test_what_needs_a_gpu_is_refused_in_one_line(tmp_path: Path, flags: list[str], said: str) -> None:
    data = write_rows(tmp_path / "rows.jsonl", [{"instruction": "Q", "output": "A"}])
    answer = call("training", "train", "--data", data, "--output", "out", *flags, cwd=tmp_path)
    (error,) = [line for line in answer.err.splitlines() if line.startswith("error: ")]
    assert answer.code == 1 and said in error and "Traceback" not in answer.err


def test_a_presets_forecast_is_of_its_base_and_flags_win(tmp_path: Path) -> None:
    data = write_rows(tmp_path / "rows.jsonl", [{"instruction": "Q", "output": "A"}] * 16)
    flags = ["--data", data, "--preset", "qwen2.5-coder-7b", "--gpu-memory-gb", 24, "--json"]
    preset = call_well("training", "forecast", *flags, cwd=tmp_path).json
    assert preset["base_model"] == "unsloth/Qwen2.5-Coder-7B-Instruct-bnb-4bit"
    ours = call_well("training", "forecast", *flags, "--epochs", 6, cwd=tmp_path).json
    assert ours["workload"]["steps"]["expected"] == 2 * preset["workload"]["steps"]["expected"]


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The tokens of each row, and the order from easy to hard, as each epoch was given them."""
    found: list[Any] = []

    def record(*arguments: Any) -> list[int]:
        found.append((arguments[0], arguments[4]))
        return order_epoch(*arguments)

    monkeypatch.setattr(batch_order, "order_epoch", record)
    yield found


def train_here(job: TrainJob, emit: Emit) -> Any:
    job.output_dir.mkdir(parents=True, exist_ok=True)
    return choose_backend(job.settings.backend).train(job, emit, lambda: False)


def test_a_recipes_curriculum_goes_by_the_scores_of_the_recipe(tmp_path: Path, orders: list[Any]) -> None:
    rows = [{"instruction": f"Say {n}.", "output": f"It is {n}. " * (1 + 7 * (n % 4))} for n in range(30)]
    write_rows(tmp_path / "notes.jsonl", rows)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE)
    run_recipe(recipe, until="train", train=train_here)
    train = read_rows(tmp_path / "runs" / "run" / "data" / "train.jsonl")
    scores = [row["quality_score"] for row in train]
    ((lengths, easiest),) = orders
    assert easiest == rank_by_ease(lengths, scores) != rank_by_ease(lengths, [math.nan] * len(scores))
    kept = json.loads((tmp_path / "runs" / "run" / "adapter" / "train_result.json").read_text())
    assert kept["best_step"] is not None
