"""The guide's "Complete Training Workflow", command by command, in a fresh folder."""

import json
from pathlib import Path

import pytest

from afs_engine.runs.init import init_workspace
from tests.program import call_well, read_rows
from tests.stages.discriminator.tiny_electra import save_tiny_electra

WEIGHTS = {"oracle": 0.35, "memory": 0.25, "history": 0.20, "rehearsal": 0.20}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with notes, history and a source tree where the guide expects them."""
    folder = tmp_path_factory.mktemp("home")
    sources = init_workspace(folder / "sample").parent / "sources"
    context = folder / ".context"
    context.mkdir()
    (sources / "memory").rename(context / "memory")
    (sources / "history").rename(context / "history")
    (folder / "src" / "hobby").mkdir(parents=True)
    (sources / "tidewake").rename(folder / "src" / "hobby" / "oracle-of-secrets")
    (folder / "models").mkdir()
    (sources / "tidewake_v1_training.jsonl").rename(folder / "models" / "majora_v1_training.jsonl")
    save_tiny_electra(folder / "models" / "electra")
    return folder


def test_the_complete_training_workflow(home: Path) -> None:
    export(home)
    score(home)
    buffer = build_buffer(home)
    mixed = rebalance(home, buffer)
    split(home, mixed)
    convert(home)
    train(home)
    register(home)


def export(home: Path) -> None:
    call_well("training", "memory-export", "--output", "training_data/memory.jsonl", cwd=home)
    call_well("training", "history-export", "--output", "training_data/history.jsonl", cwd=home)
    call_well(
        *("training", "oracle-export", "--oracle-path", home / "src/hobby/oracle-of-secrets"),
        *("--output", "training_data/oracle.jsonl"),
        cwd=home,
    )


def score(home: Path) -> None:
    for name in ("memory", "history", "oracle"):
        call_well(
            *("discriminator", "score", "--model", "models/electra"),
            *("--input", f"training_data/{name}.jsonl", "--output", f"training_data/{name}_scored.jsonl"),
            cwd=home,
        )
        before = read_rows(home / f"training_data/{name}.jsonl")
        after = read_rows(home / f"training_data/{name}_scored.jsonl")
        assert [row["output"] for row in before] == [row["output"] for row in after]
        assert all(0 <= row["quality_score"] <= 1 for row in after)
        assert all("electra" in row["quality_components"] for row in after)


def build_buffer(home: Path) -> Path:
    buffer = home / ".context/training/rehearsal/v1.jsonl"
    call_well(
        *("training", "rehearsal-build", "--input", "models/majora_v1_training.jsonl", "--version", "v1"),
        *("--output", "~/.context/training/rehearsal/v1.jsonl", "--top-ratio", "0.3"),
        cwd=home,
    )
    everything = read_rows(home / "models/majora_v1_training.jsonl")
    kept = read_rows(buffer)
    assert len(kept) == round(0.3 * len(everything))
    assert all(row["provenance"] == {"version": "v1", "rehearsal": True} for row in kept)
    best = sorted((row["quality_score"] for row in everything), reverse=True)[: len(kept)]
    assert [row["quality_score"] for row in kept] == best
    return buffer


def rebalance(home: Path, buffer: Path) -> Path:
    answer = call_well(
        *("training", "rebalance"),
        *("--input", "training_data/oracle_scored.jsonl", "--input", "training_data/memory_scored.jsonl"),
        *("--input", "training_data/history_scored.jsonl", "--input", buffer),
        *("--output", "training_data/majora_v2_mixed.jsonl", "--json"),
        *(part for name, weight in WEIGHTS.items() for part in ("--weight", f"{name}={weight}")),
        cwd=home,
    )
    mixed = home / "training_data/majora_v2_mixed.jsonl"
    rows = read_rows(mixed)
    drawn = {share["name"]: share["drawn"] for share in answer.json["shares"]}
    assert sum(drawn.values()) == len(rows)
    for name, weight in WEIGHTS.items():
        assert abs(drawn[name] - weight * len(rows)) < 1, name
    rehearsed = [row for row in rows if row.get("provenance", {}).get("rehearsal")]
    assert len(rehearsed) == drawn["rehearsal"]
    assert sum(row["domain"].startswith("oracle") for row in rows) == drawn["oracle"]
    scarcest = next(share for share in answer.json["shares"] if share["binds"])
    assert scarcest["drawn"] == scarcest["available"]
    return mixed


def split(home: Path, mixed: Path) -> None:
    answer = call_well(
        *("training", "prepare", "--input", mixed, "--output", "training_data/majora_v2_splits"),
        *("--train-ratio", "0.8", "--val-ratio", "0.1", "--stratify-by", "domain", "--seed", "42", "--json"),
        cwd=home,
    )
    assert answer.json["leaks"]["exact_pairs"] == answer.json["leaks"]["near_pairs"] == 0
    parts = [
        read_rows(home / f"training_data/majora_v2_splits/{side}.jsonl") for side in ("train", "val", "test")
    ]
    assert sorted(json.dumps(row) for part in parts for row in part) == sorted(
        json.dumps(row) for row in read_rows(mixed)
    )


def convert(home: Path) -> None:
    source = "training_data/majora_v2_splits/train.jsonl"
    target = "training_data/majora_v2_splits/train_alpaca.jsonl"
    call_well("training", "convert", "--input", source, "--output", target, "--format", "alpaca", cwd=home)
    rows, converted = read_rows(home / source), read_rows(home / target)
    assert [
        {"instruction": row["instruction"], "input": row.get("input", ""), "output": row["output"]}
        for row in rows
    ] == converted


def train(home: Path) -> None:
    call_well(
        *("training", "train", "--model-name", "majora-v2", "--base-model", "nano", "--epochs", 1),
        *("--data", "training_data/majora_v2_splits/train.jsonl", "--output", "models/majora-v2-lora"),
        *(
            "--batch-size",
            4,
            "--learning-rate",
            "2e-3",
            "--gradient-accumulation-steps",
            2,
            "--max-length",
            256,
        ),
        cwd=home,
    )
    adapter = home / "models/majora-v2-lora"
    assert (adapter / "adapter_model.safetensors").stat().st_size > 1000
    assert "loss" in (adapter / "training.log").read_text()
    (job,) = call_well("jobs", "list", "--json", cwd=home).json["jobs"]
    assert (job["id"], job["kind"], job["state"]) == ("majora-v2-lora", "train", "finished")
    call_well(
        *("training", "evaluate", "--model", "models/majora-v2-lora"),
        *("--data", "training_data/majora_v2_splits/val.jsonl"),
        *("--output", "models/majora-v2-lora/val_metrics.json"),
        cwd=home,
    )
    metrics = json.loads((adapter / "val_metrics.json").read_text())
    assert metrics["loss"] > 0
    assert metrics["per_domain"]


def register(home: Path) -> None:
    call_well(
        *("training", "registry-create", "--name", "majora-v2-with-rehearsal"),
        *("--model", "unsloth/Qwen2.5-Coder-7B-Instruct-bnb-4bit"),
        *("--dataset", "training_data/majora_v2_mixed.jsonl", "--tag", "majora", "--tag", "oracle"),
        *("--notes", "v2 with 20% rehearsal buffer"),
        cwd=home,
    )
    assert "majora-v2-with-rehearsal@1" in call_well("training", "registry-list", cwd=home).out
    found = call_well("training", "registry-info", "majora-v2-with-rehearsal", "--json", cwd=home).json
    assert found["tags"] == ["majora", "oracle"]
    assert len(found["dataset_digest"]) == 64
