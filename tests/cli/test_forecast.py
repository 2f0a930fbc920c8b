"""`training forecast` and the check before a training, as a person meets them."""

from pathlib import Path

import pytest

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
