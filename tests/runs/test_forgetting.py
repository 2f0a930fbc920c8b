"""A run that names an earlier one tells what it forgot of it and what it learned."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from afs_engine.events import LogLine
from afs_engine.runs.runner import run_recipe
from afs_engine.runs.steps import measure_adapter
from afs_engine.runs.steps.forgetting import EarlierModel, measure_forgetting
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.training.backend import Emit, choose_backend
from afs_engine.stages.training.row_losses import RowLossRecord
from afs_engine.stages.training.settings import SequenceJob, TrainJob
from afs_engine.worker.work import Work
from tests.program import write_rows

RECIPE = """
[run]
name = "{name}"
[[sources]]
name = "{source}"
kind = "jsonl"
path = "{source}.jsonl"
[split]
train = 0.6
val = 0.2
test = 0.2
{rehearsal}
[train]
epochs = {epochs}
batch_size = 8
max_length = 128
lora_r = 4
lora_dropout = 0
"""


def row(line: int, loss: float) -> RowLossRecord:
    return RowLossRecord(line, "asm", loss, tokens=10, token_digest="ab", answer_bytes=40)


def test_forgotten_and_learned_have_their_signs(tmp_path: Path) -> None:
    """The second row of the new test set is an old one: it says nothing of what was learned."""
    old_test = write_rows(tmp_path / "old.jsonl", [{"sample_id": "a"}, {"sample_id": "b"}])
    new_test = write_rows(tmp_path / "new.jsonl", [{"sample_id": name} for name in ("c", "a", "d")])
    earlier = EarlierModel("v1", Path("old"), old_test)
    losses = {
        (Path("old"), old_test): [row(1, 10.0), row(2, 20.0)],
        (Path("new"), old_test): [row(1, 14.0), row(2, 22.0)],
        (Path("old"), new_test): [row(1, 30.0), row(2, 99.0), row(3, 40.0)],
    }
    own = (new_test, [row(1, 5.0), row(2, 99.0), row(3, 15.0)])
    made = measure_forgetting(earlier, Path("new"), own, lambda model, file: losses[model, file], seed=0)
    assert (made.loss_before, made.loss_after) == (1.5, 1.8)
    assert made.forgotten == pytest.approx(0.3)
    assert made.learned == pytest.approx(2.5)
    for nothing_new in (None, (old_test, [row(1, 14.0), row(2, 22.0)])):
        without = measure_forgetting(
            earlier, Path("new"), nothing_new, lambda model, file: losses[model, file], seed=0
        )
        assert (without.learned, without.own_test) == (None, None)
        assert without.earlier_test == made.earlier_test


def train_here(job: TrainJob, emit: Emit) -> Any:
    """The job in this process: the worker around it has its own tests."""
    job.output_dir.mkdir(parents=True, exist_ok=True)
    return choose_backend(job.settings.backend).train(job, emit, lambda: False)


def evaluate_here(job: SequenceJob, emit: Emit) -> None:
    for step in job.steps:
        step.output_dir.mkdir(parents=True)
    Work(emit, lambda: False).do(job)


def sea_row(number: int) -> dict[str, str]:
    return {
        "instruction": f"What lives in bay {number}?",
        "output": f"In bay {number} lives crab number {number * 7 % 40}, and it is calm.",
        "domain": "sea",
    }


def sky_row(number: int) -> dict[str, str]:
    return {
        "instruction": f"Which star is number {number}?",
        "output": f"LDA #${number:02X} : STA $21{number:02X} ; star {number} is seen in month {number % 12}",
        "domain": "sky",
    }


def write_recipe(folder: Path, name: str, source: str, *, epochs: int, rehearsal: str = "") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(RECIPE.format(name=name, source=source, epochs=epochs, rehearsal=rehearsal))
    return path


def test_a_run_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure_adapter, "run_steps", evaluate_here)
    write_rows(tmp_path / "sea.jsonl", [sea_row(number) for number in range(40)])
    write_rows(tmp_path / "sky.jsonl", [sky_row(number) for number in range(40)])
    run_recipe(write_recipe(tmp_path, "sea", "sea", epochs=4), train=train_here)
    first = json.loads((tmp_path / "runs" / "sea" / "metrics.json").read_text())
    assert first["earlier"] is None

    rehearsal = '[rehearsal]\nrun = "sea"\nratio = 0.1\ntop_ratio = 0.1'
    recipe = write_recipe(tmp_path, "sky", "sky", epochs=4, rehearsal=rehearsal)
    run_recipe(recipe, train=train_here)
    metrics = json.loads((tmp_path / "runs" / "sky" / "metrics.json").read_text())
    earlier = metrics["earlier"]
    assert earlier["run"] == "sea"
    assert earlier["forgotten"] == pytest.approx(earlier["loss_after"] - earlier["loss_before"])
    assert earlier["forgotten"] > 0  # hardly any sea row was rehearsed
    assert earlier["learned"] > 0
    assert earlier["earlier_test"]["unit"] == "byte"  # each nano has a tokenizer of its own
    assert list(earlier["earlier_test"]["per_domain"]) == ["sea"]
    assert list(earlier["own_test"]["per_domain"]) == ["sky"]
    summary = (tmp_path / "runs" / "sky" / "summary.md").read_text()
    assert "## Forgotten and learned" in summary
    assert "- The test set of `sea`: the new adapter forgot (+" in summary
    assert "- New rows of this run's test set: the new adapter learned (-" in summary

    registry = Registry(tmp_path / ".afs" / "registry.sqlite")
    assert registry.find("sky").parent == "sea@1"
    assert registry.find("sky").metrics["earlier"]["forgotten"] == earlier["forgotten"]
    assert json.loads((tmp_path / "runs" / "sky" / "experiment.json").read_text())["version"] == 1

    shutil.rmtree(tmp_path / ".afs" / "store" / "register")  # killed after it was registered, before the end
    (tmp_path / "runs" / "sky" / "manifest.json").unlink()
    assert run_recipe(recipe).run_dir.endswith("runs/sky")
    assert [each.label for each in registry.list_all()] == ["sea@1", "sky@1"]

    registry.path.unlink()  # all is cached now, and the registry is still made whole
    events: list[Any] = []
    assert set(run_recipe(recipe, listeners=[events.append]).stages.values()) == {"cached"}
    assert [each.label for each in registry.list_all()] == ["sea@1", "sky@1"]
    assert any(isinstance(e, LogLine) and "the registry was gone; 2 experiments" in e.text for e in events)

    (tmp_path / "runs" / "sea" / "adapter" / "adapter_model.safetensors").unlink()
    run_recipe(recipe, listeners=[events.append])
    assert json.loads((tmp_path / "runs" / "sky-3" / "metrics.json").read_text())["earlier"] is None
    assert any(isinstance(e, LogLine) and "run 'sea' has no adapter" in e.text for e in events)
