"""A recipe that asks for answers: measured, kept beside the metrics, told, and registered."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.program import call, call_well, read_rows, write_rows

RECIPE = """
[run]
name = "bays"
[[sources]]
name = "sea"
kind = "jsonl"
path = "sea.jsonl"
[split]
train = 0.6
val = 0.2
test = 0.2
[train]
epochs = 1
batch_size = 8
max_length = 128
lora_r = 4
[evaluate]
answers = {answers}
suites = {{ bays = "{suite}" }}
"""
SUITE = [
    {"question": "What lives in bay 3?", "expected": "crab 21", "features": ["crabs", "numbers"]},
    {"question": "Load one.", "expected": "LDA #$01\nRTS", "features": ["asm"]},
]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    rows = [
        {"instruction": f"What lives in bay {n}?", "output": f"Crab {7 * n} in {n}.", "domain": "sea"}
        for n in range(40)
    ]
    write_rows(tmp_path / "sea.jsonl", rows)
    write_rows(tmp_path / "suite.jsonl", SUITE)
    return tmp_path


def write_recipe(workspace: Path, answers: int = 3, suite: str = "suite.jsonl") -> Path:
    path = workspace / "recipe.toml"
    path.write_text(RECIPE.format(answers=answers, suite=suite))
    return path


def run(recipe: Path) -> dict[str, Any]:
    return call_well("run", recipe.name, "--json", cwd=recipe.parent).events[-1]


def plan(recipe: Path) -> dict[str, str]:
    stages = call_well("plan", recipe.name, "--json", cwd=recipe.parent).json["stages"]
    return {each["stage"]: each["state"] for each in stages}


def test_a_run_answers_rows_of_both_sides_and_all_of_a_suite(workspace: Path) -> None:
    recipe = write_recipe(workspace)
    folder = Path(run(recipe)["run_dir"])
    metrics = json.loads((folder / "metrics.json").read_text())
    assert [metrics[side]["answers"]["rows"] for side in ("val", "test")] == [3, 3]
    suite = metrics["suites"]["bays"]
    assert (suite["rows"], suite["answers"]["rows"], suite["answers"]["assembly_rows"]) == (2, 2, 1)
    assert set(suite["answers"]["per_feature"]) == {"crabs", "numbers", "asm"}
    assert suite["base_loss"] is not None
    kept = read_rows(folder / "answers" / "suites" / "bays.jsonl")
    assert [row["question"] for row in kept] == [each["question"] for each in SUITE]
    assert len(read_rows(folder / "answers" / "val.jsonl")) == 3
    summary = (folder / "summary.md").read_text()
    assert "## Answers" in summary and "| bays | crabs | 1 |" in summary
    shown = call_well("training", "registry-compare", "bays", "bays", "--json", cwd=workspace).json
    assert "suites.bays.answers.chrf" in {row["name"] for row in shown["metrics"]}

    assert '"forecast: peak ' in (folder / "journal.jsonl").read_text()

    assert plan(recipe)["evaluate"] == "cached"
    write_rows(workspace / "suite.jsonl", SUITE[:1])
    assert (plan(recipe)["train"], plan(recipe)["evaluate"]) == ("cached", "would run")


@pytest.mark.parametrize("command", ["plan", "run"])
def test_a_suite_that_cannot_be_asked_is_told_before_anything_runs(workspace: Path, command: str) -> None:
    recipe = write_recipe(workspace, suite="gone.jsonl")
    gone = call(command, recipe.name, cwd=workspace)
    assert gone.code == 1 and "can't read the suite" in gone.err and "[evaluate.suites]" in gone.err
    (workspace / "gone.jsonl").write_text('{"question": "Q?"}\n')
    wrong = call(command, recipe.name, cwd=workspace)
    assert wrong.code == 1 and "gone.jsonl:1: not a question" in wrong.err
    assert not (workspace / "runs").exists()
