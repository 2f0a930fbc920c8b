"""The registry as a person uses it, beside run folders such as a run leaves them."""

import json
from pathlib import Path
from typing import Any

import pytest

from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment
from tests.program import Answer, call, call_well

RECIPE = """
[run]
name = "majora"
[[sources]]
name = "notes"
kind = "memory"
path = "sources/memory"
[rehearsal]
run = "majora"
"""


def leave_run(workspace: Path, folder: str, experiment: Experiment) -> None:
    """A run folder with the files that the registry reads."""
    run = workspace / "runs" / folder
    run.mkdir(parents=True)
    (run / "recipe.toml").write_text(RECIPE)
    (run / "experiment.json").write_text(experiment.model_dump_json())
    ledgers = [{"stage": "export notes", "rows_out": 46}, {"stage": "export rehearsal", "rows_out": 9}]
    (run / "ledger.json").write_text(json.dumps({"stages": ledgers}))
    manifest = {
        "registered": experiment.label,
        "inputs": {"notes": "ee" * 16},
        "digests": {"data/train.jsonl": "aa" * 32, "adapter/adapter_model.safetensors": "bb" * 32},
        "stages": {"export": [{"digest": "cc" * 16}, {"digest": "dd" * 16}]},
    }
    (run / "manifest.json").write_text(json.dumps(manifest))


def experiment(version: int, **more: object) -> Experiment:
    run = f"runs/majora{'' if version == 1 else f'-{version}'}"
    known: dict[str, object] = {"name": "majora", "version": version, "base_model": "nano", "run_dir": run}
    return Experiment.model_validate(known | {"metrics": {"test": {"loss": 3.0 - version}}} | more)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Two registered runs, the second built on the first, and one that never got that far."""
    (tmp_path / ".afs").mkdir()
    both = [experiment(1), experiment(2, parent="majora@1", hyperparameters={"epochs": 4})]
    leave_run(tmp_path, "majora", both[0])
    leave_run(tmp_path, "majora-2", both[1])
    leave_run(tmp_path, "majora-2-again", both[1])  # all from the cache: the same experiment
    (tmp_path / "runs" / "unfinished").mkdir()
    Registry(tmp_path / ".afs" / "registry.sqlite").add_missing(both)
    return tmp_path


def ask(workspace: Path, *arguments: object) -> Any:
    return call_well("training", *arguments, "--json", cwd=workspace).json


def refused(answer: Answer, code: int, *words: str) -> None:
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.count("\n") == 1
    assert answer.err.startswith("error: ")
    for word in words:
        assert word in answer.err


def test_promote_and_roll_back(workspace: Path) -> None:
    refused(call("training", "registry-rollback", "majora", cwd=workspace), 2, "no version of 'majora'")
    ask(workspace, "registry-promote", "majora@1")
    assert ask(workspace, "registry-promote", "majora")["version"] == 2
    assert ask(workspace, "registry-list")["promoted"] == {"majora": 2}
    assert ask(workspace, "registry-rollback", "majora")["version"] == 1
    told = call_well("training", "registry-list", cwd=workspace).out.splitlines()
    assert told[1].startswith("majora@1 *")
    assert told[2].startswith("majora@2  ")
    assert told[3] == "* in use"
    shown = call_well("training", "registry-info", "majora@1", cwd=workspace).out
    assert "  metrics:\n    test:\n      loss: 2.0000\n" in shown  # no braces, no 16 digits
    steps = ask(workspace, "registry-info", "majora@1")["promotions"]
    assert [(step["action"], step["version"]) for step in steps] == [
        ("promote", 1),
        ("promote", 2),
        ("rollback", 1),
    ]
    refused(call("training", "registry-promote", "majroa", cwd=workspace), 2, "did you mean 'majora'")


def test_tags_and_notes(workspace: Path) -> None:
    ask(workspace, "registry-tag", "majora@1", "good", "asm", "good")
    assert ask(workspace, "registry-tag", "majora@1", "old", "--remove", "good")["tags"] == ["asm", "old"]
    refused(
        call("training", "registry-tag", "majora@1", "--remove", "new", cwd=workspace), 2, "has no tag 'new'"
    )
    refused(call("training", "registry-tag", "majora@1", cwd=workspace), 2, "name a tag")
    ask(workspace, "registry-note", "majora@1", "first")
    assert ask(workspace, "registry-note", "majora@1", "second")["notes"] == "first\nsecond"


def test_side_by_side(workspace: Path) -> None:
    made = ask(workspace, "registry-compare", "majora@1", "majora@2")
    assert made["metrics"] == [{"name": "test.loss", "values": [2.0, 1.0]}]
    assert made["differences"] == [
        {"name": "parent", "values": ["", "majora@1"]},
        {"name": "epochs", "values": [None, 4]},
    ]
    assert "test.loss" in call_well("training", "registry-compare", "majora@1", "majora", cwd=workspace).out
    refused(call("training", "registry-compare", "majora", cwd=workspace), 2, "at least two")


def test_lineage_goes_back_to_the_sources(workspace: Path) -> None:
    newest, oldest = ask(workspace, "registry-lineage", "majora")["versions"]
    assert (newest["label"], newest["parent"], oldest["label"]) == ("majora@2", "majora@1", "majora@1")
    assert newest["data"] == {"train": "aa" * 32}
    assert newest["sources"] == [
        {
            "name": "notes",
            "kind": "memory",
            "path": "sources/memory",
            "rows": 46,
            "input_digest": "ee" * 16,
            "digest": "cc" * 16,
        },
        {
            "name": "rehearsal",
            "kind": "rehearsal",
            "path": "runs/majora/data",
            "rows": 9,
            "input_digest": None,
            "digest": "dd" * 16,
        },
    ]
    assert (
        f"sources/memory {'ee' * 6}" in call_well("training", "registry-lineage", "majora", cwd=workspace).out
    )
    (workspace / "runs" / "majora" / "manifest.json").write_text("{}")
    _, broken = ask(workspace, "registry-lineage", "majora")["versions"]
    assert broken["sources"] == []
    assert "can't be followed" in broken["missing"][0]


def test_a_lost_registry_is_not_an_empty_one(workspace: Path) -> None:
    registry = workspace / ".afs" / "registry.sqlite"
    registry.unlink()
    for command in (("registry-list",), ("registry-create", "--name", "majora", "--model", "nano")):
        refused(call("training", *command, cwd=workspace), 1, "the registry is gone", "registry-rebuild")
    assert not registry.exists()
    status = call_well("status", "--json", cwd=workspace).json
    assert (status["experiments"], "the registry is gone" in status["registry_fault"]) == (None, True)
    assert "the registry is gone" in call_well("status", cwd=workspace).out
    made = ask(workspace, "registry-rebuild")
    assert made["added"] == ["majora@1", "majora@2"]
    assert made["skipped"] == {"unfinished": "it was not registered"}
    assert [each["version"] for each in ask(workspace, "registry-list")["experiments"]] == [1, 2]


def test_a_damaged_registry_is_kept_and_made_anew(workspace: Path) -> None:
    registry = workspace / ".afs" / "registry.sqlite"
    ask(workspace, "registry-create", "--name", "by-hand", "--model", "nano")
    data = bytearray(registry.read_bytes())
    place = data.index(b'"version":2')
    data[place + 10 : place + 11] = b"7"
    registry.write_bytes(bytes(data))
    refused(call("training", "registry-list", cwd=workspace), 1, "damaged", "majora@2", "registry-rebuild")
    assert "damaged" in call_well("status", "--json", cwd=workspace).json["registry_fault"]
    made = ask(workspace, "registry-rebuild")
    assert (made["added"], made["kept"]) == (["majora@2"], ["by-hand@1", "majora@1"])
    assert Path(made["backup"]).read_bytes() == bytes(data)
    assert len(ask(workspace, "registry-list")["experiments"]) == 3


def test_records_that_disagree_are_told(workspace: Path) -> None:
    leave_run(workspace, "other", experiment(1, notes="not the same"))
    (workspace / "runs" / "majora-2-again" / "experiment.json").write_text("{")
    skipped = ask(workspace, "registry-rebuild")["skipped"]
    assert skipped["other"] == "another run is majora@1 already"
    assert "can't be read" in skipped["majora-2-again"]
