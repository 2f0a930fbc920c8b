"""Settings and jobs: light, strict, and the same after a trip through a file."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from afs_engine.stages.training.settings import EvaluateJob, TrainJob, TrainSettings, parse_job

HEAVY = ["torch", "transformers", "peft", "trl", "datasets", "tokenizers", "safetensors", "polars"]


def test_a_job_survives_its_file(tmp_path: Path) -> None:
    settings = TrainSettings(lora_targets=("q_proj",), learning_rate=1e-5, system_prompt="Sei kurz. 🙂")
    train = TrainJob(name="v1", settings=settings, train_file=Path("a b.jsonl"), output_dir=tmp_path)
    evaluation = EvaluateJob(model="x", data_file=Path("y"), output_dir=tmp_path, base_loss=True)
    for job in (train, evaluation):
        assert parse_job(job.to_json()) == job


def test_unknown_keys_and_wrong_values_are_refused() -> None:
    for wrong in ({"lerning_rate": 1}, {"epochs": 0}, {"backend": "magic"}, {"warmup_share": 1.0}):
        with pytest.raises(ValidationError):
            TrainSettings.model_validate(wrong)


def test_the_learning_rate_suits_the_base() -> None:
    assert TrainSettings().chosen_learning_rate() == 2e-3
    assert TrainSettings(base_model="Qwen/Qwen2.5-0.5B").chosen_learning_rate() == 2e-4
    assert TrainSettings(learning_rate=1e-5).chosen_learning_rate() == 1e-5


def test_launching_needs_no_heavy_import() -> None:
    code = f"import sys, afs_engine.worker.launch; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
