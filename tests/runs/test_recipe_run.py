"""A recipe from start to end through the program: caching, sameness, interruption, numbering."""

import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from afs_engine.runs.init import init_workspace
from afs_engine.runs.stage_names import STAGES
from tests.program import PROGRAM, call, call_well, environment, read_rows

DATA = ["data/train.jsonl", "data/val.jsonl", "data/test.jsonl", "data/train_openai.jsonl"]


def make_workspace(folder: Path) -> Path:
    recipe = init_workspace(folder)
    text = (
        recipe.read_text().replace("epochs = 4", "epochs = 1").replace("max_length = 512", "max_length = 128")
    )
    recipe.write_text(text)
    return recipe


def run(recipe: Path, *options: object) -> dict[str, Any]:
    events = call_well("run", recipe.name, "--json", *options, cwd=recipe.parent).events
    assert events[-1]["type"] == "RunFinished"
    return events[-1]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    recipe = make_workspace(tmp_path_factory.mktemp("first") / "workspace")
    return recipe, run(recipe)


def test_a_run_leaves_everything_in_its_folder(finished: tuple[Path, dict[str, Any]]) -> None:
    recipe, event = finished
    folder = Path(event["run_dir"])
    assert folder == recipe.parent / "runs" / "tidewake-v2"
    assert event["stages"] == dict.fromkeys(STAGES, "executed")
    for name in (
        *DATA,
        "recipe.toml",
        "journal.jsonl",
        "ledger.json",
        "leak.json",
        "manifest.json",
        "metrics.json",
    ):
        assert (folder / name).stat().st_size, name
    assert (folder / "recipe.toml").read_text() == recipe.read_text()
    assert {"adapter_model.safetensors", "adapter_config.json"} <= {
        p.name for p in (folder / "adapter").iterdir()
    }
    whole = json.loads((folder / "ledger.json").read_text())
    for source, counts in whole["records"].items():
        assert counts["read"] == counts["used"] + sum(counts["skipped"].values()) > 0, source
    for ledger in whole["stages"]:
        gone = sum(ledger["dropped"].values()) + ledger["merged"] + ledger["quarantined"]
        assert ledger["rows_in"] + ledger["repeated"] == ledger["rows_out"] + gone
    leak = json.loads((folder / "leak.json").read_text())
    assert leak["exact_pairs"] == leak["near_pairs"] == 0
    assert leak["sha256"] == {
        name: event["digests"][f"data/{name}.jsonl"] for name in ("train", "val", "test")
    }
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["test"]["loss"] < metrics["test"]["base_loss"]


def test_an_unchanged_run_does_nothing_and_gets_a_number(finished: tuple[Path, dict[str, Any]]) -> None:
    recipe, first = finished
    again = run(recipe)
    assert again["stages"] == dict.fromkeys(STAGES, "cached")
    assert again["digests"] == first["digests"]
    assert Path(again["run_dir"]).name == "tidewake-v2-2"
    assert (Path(again["run_dir"]) / "adapter" / "adapter_model.safetensors").exists()


def test_an_unchanged_run_loads_nothing_that_takes_long(finished: tuple[Path, dict[str, Any]]) -> None:
    recipe, _ = finished
    code = "import sys; from afs_engine.cli.main import _run; _run(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "run", recipe.name],
        cwd=recipe.parent,
        env=environment(recipe.parent),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "afs_engine.runs.pipeline" in loaded
    heavy = {
        "numpy",
        "polars",
        "torch",
        "rich",
        "afs_engine.stages.dedup",
        "afs_engine.data.ingest",
    }
    assert loaded & heavy == set()


def test_a_changed_weight_redoes_balance_and_what_follows(finished: tuple[Path, dict[str, Any]]) -> None:
    recipe, _ = finished
    changed = recipe.with_name("changed.toml")
    changed.write_text(recipe.read_text().replace("memory = 0.2,", "memory = 0.1,"))
    states = run(changed, "--until", "convert")["stages"]
    assert [stage for stage, state in states.items() if state == "executed"] == ["balance", "convert"]


def test_a_plan_says_what_would_run(finished: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    recipe, _ = finished
    plan = call_well("plan", recipe, "--json", cwd=tmp_path).json
    assert {stage["state"] for stage in plan["stages"]} == {"cached"}
    assert {source["name"]: source["rows"] for source in plan["sources"]}["riddles"] == 6
    changed = recipe.with_name("planned.toml")
    changed.write_text(
        recipe.read_text().replace("val = 0.1", "val = 0.05").replace("test = 0.1", "test = 0.15")
    )
    states = {
        stage["stage"]: stage["state"]
        for stage in call_well("plan", changed, "--json", cwd=tmp_path).json["stages"]
    }
    assert [stage for stage, state in states.items() if state == "cached"] == ["export", "score", "dedup"]


def test_two_workspaces_give_the_same_bytes(finished: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    _, first = finished
    second = run(make_workspace(tmp_path / "elsewhere" / "w"), "--until", "convert")
    assert {name: second["digests"][name] for name in DATA} == {name: first["digests"][name] for name in DATA}


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_run_resumes_to_the_same_bytes(
    finished: tuple[Path, dict[str, Any]], tmp_path: Path, seed: int
) -> None:
    _, first = finished
    recipe = make_workspace(tmp_path / "w")
    kill_after(recipe, events=random.Random(seed).randrange(1, 18), options=["--until", "convert"])
    assert not (recipe.parent / "runs" / "tidewake-v2" / "manifest.json").exists()
    resumed = run(recipe, "--until", "convert")
    assert Path(resumed["run_dir"]).name == "tidewake-v2"
    assert {name: resumed["digests"][name] for name in DATA} == {
        name: first["digests"][name] for name in DATA
    }
    assert not list((recipe.parent / ".afs" / "store").glob("*/.afs-tmp-*"))


def test_a_run_killed_in_training_resumes_to_the_same_adapter(
    finished: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    _, first = finished
    recipe = make_workspace(tmp_path / "w")
    kill_after(recipe, stage="train", events=12)
    resumed = run(recipe)
    assert resumed["stages"]["convert"] == "cached"
    assert resumed["stages"]["train"] == "executed"
    assert resumed["digests"] == first["digests"]


def kill_after(recipe: Path, *, events: int, stage: str = "", options: list[str] | None = None) -> None:
    """Starts a run and kills it hard after so many events (of one stage, where one is named)."""
    process = subprocess.Popen(
        [*PROGRAM, "run", recipe.name, "--json", *(options or [])],
        cwd=recipe.parent,
        env=environment(recipe.parent),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    seen, in_stage = 0, not stage
    for line in process.stdout:
        in_stage = in_stage or (
            json.loads(line)["type"] == "StageStarted" and json.loads(line)["stage"] == stage
        )
        seen += in_stage
        if seen >= events:
            break
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL


def test_ctrl_c_ends_with_130_and_keeps_what_is_done(tmp_path: Path) -> None:
    recipe = make_workspace(tmp_path / "w")
    process = subprocess.Popen(
        [*PROGRAM, "run", recipe.name, "--json"],
        cwd=recipe.parent,
        env=environment(recipe.parent),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        if json.loads(line)["type"] == "StageStarted" and json.loads(line)["stage"] == "train":
            break
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert json.loads(rest.splitlines()[-1])["type"] == "RunFailed"
    assert errors.count("\n") == 1
    assert "Traceback" not in errors
    state = call_well("status", "--json", cwd=recipe.parent).json["runs"][0]
    assert (state["state"], state["last_stage"]) == ("stopped", "convert")


def test_a_row_keeps_its_side_in_the_next_version(finished: tuple[Path, dict[str, Any]]) -> None:
    """v3 names v2 as its earlier run, and gets one source more: no row may change sides."""
    recipe, first = finished
    earlier = {row["sample_id"]: side for side in ("train", "val", "test") for row in side_rows(first, side)}
    following = recipe.with_name("v3.toml")
    text = recipe.read_text().replace('name = "tidewake-v2"', 'name = "tidewake-v3"')
    text = text.replace('input = "sources/tidewake_v1_training.jsonl"', 'run = "tidewake-v2"')
    text = text.replace('version = "v1"', 'version = "v2"').replace("train = 0.8", "train = 0.7")
    following.write_text(text.replace("val = 0.1", "val = 0.2"))
    second = run(following, "--until", "convert")
    later = {row["sample_id"]: side for side in ("train", "val", "test") for row in side_rows(second, side)}
    shared = earlier.keys() & later.keys()
    assert len(shared) > 200
    assert {sample: later[sample] for sample in shared} == {sample: earlier[sample] for sample in shared}


def side_rows(event: dict[str, Any], side: str) -> list[dict[str, Any]]:
    return read_rows(Path(event["run_dir"]) / "data" / f"{side}.jsonl")


def test_a_source_that_vanished_is_named(tmp_path: Path) -> None:
    recipe = make_workspace(tmp_path / "w")
    shutil.rmtree(recipe.parent / "sources" / "memory")
    answer = call("run", recipe.name, cwd=recipe.parent)
    assert answer.code == 1
    assert "source 'memory' is not there" in answer.err
    assert "Traceback" not in answer.err
