"""What trackers are told of a run, with stand-ins for their packages that keep every call."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from afs_engine.errors import MissingPartError, StorageError
from afs_engine.events import AnyEvent, MetricPoint
from afs_engine.runs.journal import Journal
from afs_engine.runs.reporting import trackers
from afs_engine.runs.reporting.report import report
from afs_engine.runs.runner import run_recipe
from afs_engine.stages.registry.experiment import Experiment

EXPERIMENT = Experiment(
    name="majora",
    version=2,
    base_model="nano",
    run_dir="runs/v2",
    hyperparameters={"epochs": 3, "lora": {"r": 8}},
    metrics={"test": {"loss": 1.5, "skipped": {}, "per_domain": {"asm|65816": {"loss": 2.0}}}},
    tags=["good"],
    notes="a note",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace with the run's journal: two steps, of which the second also looked at the val rows."""
    (tmp_path / "runs/v2").mkdir(parents=True)
    times = iter([10.0, 20.0, 20.5])
    with Journal(tmp_path / "runs/v2/journal.jsonl", [], clock=lambda: next(times)) as journal:
        journal.record(MetricPoint(name="train_loss", step=1, value=4.0))
        journal.record(MetricPoint(name="train_loss", step=2, value=3.0))
        journal.record(MetricPoint(name="val_loss", step=2, value=3.5))
    return tmp_path


def test_trackio_gets_settings_curves_and_measures(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[tuple[str, Any]] = []
    package = ModuleType("trackio")
    vars(package).update(
        init=lambda **given: (calls.append(("init", given)), print("* dashboard")),
        log=lambda values, step: calls.append(("log", (step, values))),
        finish=lambda: calls.append(("finish", None)),
    )
    monkeypatch.setitem(sys.modules, "trackio", package)
    told = report(EXPERIMENT, home, "trackio")
    assert (told.label, told.measures, told.points) == ("majora@2", 2, 3)
    assert (calls[0][1]["project"], calls[0][1]["name"]) == ("majora", "majora@2")
    assert calls[0][1]["config"] | {"epochs": 3, "lora.r": 8} == calls[0][1]["config"]
    assert [call[1] for call in calls[1:-1]] == [
        (1, {"train_loss": 4.0}),
        (2, {"train_loss": 3.0, "val_loss": 3.5}),
        (2, {"test.loss": 1.5, "test.per_domain.asm|65816.loss": 2.0}),
    ]
    assert calls[-1][0] == "finish"
    assert "* dashboard" not in capsys.readouterr().out  # stdout is ours


class StandInClient:
    """MLflow's client, as far as it is used."""

    def __init__(self, tracking_uri: str) -> None:
        self.uri = tracking_uri
        self.batches: list[dict[str, Any]] = []
        self.ended: Any = None
        StandInClient.last = self

    last: "StandInClient"

    def get_experiment_by_name(self, name: str) -> None:
        return None

    def create_experiment(self, name: str) -> str:
        return f"id of {name}"

    def create_run(self, experiment: str, run_name: str, start_time: int) -> Any:
        self.run = (experiment, run_name, start_time)
        return SimpleNamespace(info=SimpleNamespace(run_id="r1"))

    def log_batch(self, run_id: str, **batch: Any) -> None:
        self.batches.append(batch)

    def set_terminated(self, run_id: str, end_time: int) -> None:
        self.ended = end_time


def put_mlflow(monkeypatch: pytest.MonkeyPatch, client: object) -> None:
    names = ("mlflow", "mlflow.entities", "mlflow.tracking")
    package, entities, tracking = (ModuleType(name) for name in names)
    for kind in ("Metric", "Param", "RunTag"):
        setattr(entities, kind, lambda *given: given)
    vars(tracking).update(MlflowClient=client)
    for name, module in zip(names, (package, entities, tracking), strict=True):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")


def test_mlflow_gets_curves_at_their_times(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_mlflow(monkeypatch, StandInClient)
    assert report(EXPERIMENT, home, "mlflow").place == f"{(home / 'mlruns').as_uri()}, run r1"
    client = StandInClient.last
    assert client.run == ("id of majora", "majora@2", 10_000)
    metrics = [each for batch in client.batches for each in batch.get("metrics", [])]
    assert metrics[:3] == [
        ("train_loss", 4.0, 10_000, 1),
        ("train_loss", 3.0, 20_000, 2),
        ("val_loss", 3.5, 20_500, 2),
    ]
    assert ("test.per_domain.asm_65816.loss", 2.0, 20_500, 0) in metrics
    params = dict(each for batch in client.batches for each in batch.get("params", []))
    assert (params["epochs"], params["lora.r"]) == ("3", "8")
    tags = [each for batch in client.batches for each in batch.get("tags", [])]
    assert tags == [("good", "true"), ("mlflow.note.content", "a note")]
    assert client.ended == 20_500


def test_a_tracker_that_is_down_is_told_in_one_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(tracking_uri: str) -> None:
        raise ConnectionError("no route to host\nand a long story")

    put_mlflow(monkeypatch, refuse)
    with pytest.raises(StorageError, match=r"mlflow did not take the run: no route to host$"):
        report(EXPERIMENT, home, "mlflow")


def test_a_missing_package_is_told_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trackers.importlib.util, "find_spec", lambda name: None)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        '[[sources]]\nname = "s"\nkind = "jsonl"\npath = "s.jsonl"\n[register]\nreport_to = "trackio"\n'
    )
    events: list[AnyEvent] = []
    with pytest.raises(MissingPartError, match=r"needs the package trackio \(pip install 'afs\[trackio\]'\)"):
        run_recipe(recipe, listeners=[events.append])
    assert not events
    assert not (tmp_path / "runs").exists()
