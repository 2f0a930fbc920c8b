"""`training forecast` and the check before a training, as a person meets them."""

from pathlib import Path

import pytest

from afs_engine.stages.training.backend import has_cuda
from tests.program import call, call_well, write_rows


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    made = [{"instruction": f"What is {n}?", "output": "A number. " * (n % 9 + 1)} for n in range(40)]
    return write_rows(tmp_path / "train.jsonl", made)


def test_a_file_is_forecast_in_words_and_as_json(rows: Path) -> None:
    said = call_well("training", "forecast", "--data", rows, "--epochs", 3, cwd=rows.parent)
    for words in ("weights", "adapter", "gradients", "optimizer", "activations", "logits", "peak", "fits: "):
        assert words in said.out
    assert "nothing was trained here yet" in said.out
    found = call_well("training", "forecast", "--data", rows, "--epochs", 3, "--json", cwd=rows.parent).json
    assert found["workload"]["steps"] == {"low": 30.0, "expected": 30.0, "high": 30.0}
    assert found["dollars"] is None


def test_a_rented_gpu_has_a_price_and_a_way_to_fit(rows: Path) -> None:
    base = "unsloth/Qwen2.5-Coder-7B-Instruct-bnb-4bit"
    flags = ["--data", rows, "--base-model", base, "--gpu-memory-gb", 4, "--price-usd-per-hour", 0.3]
    found = call_well("training", "forecast", *flags, "--json", cwd=rows.parent).json
    assert found["fits"] == "no"
    assert "base_model" in found["smaller"]["settings"]
    assert found["dollars"]["high"] == pytest.approx(found["seconds"]["high"] / 3600 * 0.3)


def test_a_recipe_before_and_after_its_data_is_made(tmp_path: Path) -> None:
    call_well("init", tmp_path / "ws", cwd=tmp_path)
    folder = tmp_path / "ws"
    early = call_well("training", "forecast", "recipe.toml", cwd=folder)
    assert "run the recipe `--until convert`" in early.out
    call_well("run", "recipe.toml", "--until", "convert", cwd=folder)
    later = call_well("training", "forecast", "recipe.toml", "--json", cwd=folder).json
    assert later["workload"]["rows"] > 0
    plan = call_well("plan", "recipe.toml", "--json", cwd=folder).json
    assert plan["forecast"]["workload"] == later["workload"]


def test_neither_or_both_is_a_usage_error(rows: Path) -> None:
    assert call("training", "forecast", cwd=rows.parent).code == 2
    assert call("training", "forecast", "recipe.toml", "--data", rows, cwd=rows.parent).code == 2
    flags = call("training", "forecast", "recipe.toml", "--batch-size", 2, cwd=rows.parent)
    assert flags.code == 2
    assert "--batch-size goes with --data; how a RECIPE trains stands in its [train]" in flags.err


@pytest.mark.skipif(has_cuda(), reason="this machine has a GPU")
def test_four_bits_are_not_forecast_for_a_cpu(rows: Path) -> None:
    flags = ["--data", rows, "--preset", "qwen2.5-coder-3b"]
    answer = call("training", "forecast", *flags, cwd=rows.parent)
    assert answer.code == 1
    assert "in 4 bits needs a CUDA GPU (`training forecast --gpu-memory-gb 24` tells" in answer.err


def test_bad_rows_are_told_before_a_worker_starts(rows: Path, tmp_path: Path) -> None:
    bad = write_rows(tmp_path / "bad.jsonl", [{"text": "no sample"}])
    answer = call("training", "train", "--data", bad, "--output", "out", cwd=tmp_path)
    assert answer.code == 1 and "bad.jsonl:1: not a sample" in answer.err
    assert not (tmp_path / "out" / "training.json").exists()
    folder = call("training", "train", "--data", tmp_path, "--output", "out", cwd=tmp_path)
    assert folder.code == 1 and "this is a folder, not a file (name a file in it)" in folder.err


def test_what_can_not_fit_is_refused_before_anything_is_loaded(rows: Path, tmp_path: Path) -> None:
    base = tmp_path / "huge"
    base.mkdir()
    (base / "config.json").write_text(
        '{"hidden_size": 16384, "intermediate_size": 53248, "num_hidden_layers": 126,'
        ' "num_attention_heads": 128, "num_key_value_heads": 8, "vocab_size": 128256}'
    )
    (base / "tokenizer.json").write_text("{}")
    (base / "model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    flags = ["--data", rows, "--base-model", base, "--output", tmp_path / "out"]
    answer = call("training", "train", *flags, cwd=tmp_path)
    assert answer.code == 1
    assert "does not fit into memory" in answer.err
    assert "Traceback" not in answer.err
