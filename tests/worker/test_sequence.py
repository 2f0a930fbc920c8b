"""Several jobs in one process: each leaves its result, and a model that is merged is what the adapter was."""

import json
from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import InputError, UsageError
from afs_engine.events import Progress
from afs_engine.stages.training.merge import merge_adapter
from afs_engine.stages.training.results import read_eval_metrics, read_train_result
from afs_engine.stages.training.settings import EvaluateJob, MergeJob, SequenceJob, TrainJob, TrainSettings
from afs_engine.worker.work import Work, may_ask_hub


def test_train_merge_train_on_and_measure_in_one_process(tmp_path: Path) -> None:
    rows = [
        {"instruction": f"What is at ${n:04X}?", "output": f"Routine number {n}, which returns with RTL."}
        for n in range(12)
    ]
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    first, merged, second = (tmp_path / name for name in ("first", "merged", "second"))
    settings = TrainSettings(epochs=1, batch_size=4, lora_r=4)
    further = settings.model_copy(update={"base_model": str(merged)})

    def measure(model: Path, name: str) -> EvaluateJob:
        return EvaluateJob(model=str(model), data_file=data, output_dir=tmp_path / name)

    job = SequenceJob(
        stage="evaluate",
        unit="jobs",
        output_dir=tmp_path / "work",
        steps=[
            TrainJob(name="first", settings=settings, train_file=data, output_dir=first),
            MergeJob(adapter=first, output_dir=merged),
            measure(first, "adapter"),
            measure(merged, "whole"),
            TrainJob(name="second", settings=further, train_file=data, output_dir=second),
        ],
    )
    assert not any(map(may_ask_hub, job.steps))  # what a later step will make is no hub name
    for step in job.steps:
        if not isinstance(step, MergeJob):
            step.output_dir.mkdir()
    events: list[Any] = []
    Work(events.append, lambda: False).do(job)
    told = [(e.stage, e.done, e.total, e.unit) for e in events if isinstance(e, Progress)]
    assert told == [("evaluate", done, 5, "jobs") for done in range(6)]
    whole, adapter = read_eval_metrics(tmp_path / "whole"), read_eval_metrics(tmp_path / "adapter")
    assert whole.loss == pytest.approx(adapter.loss, rel=1e-5)
    trained = [read_train_result(folder) for folder in (first, second)]
    assert all(trained)
    assert trained[1].train_loss_first < trained[0].train_loss_first  # type: ignore[union-attr]
    with pytest.raises(InputError, match="this is no adapter"):
        merge_adapter(merged, tmp_path / "again")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    with pytest.raises(UsageError, match="this folder is not empty"):
        merge_adapter(first, tmp_path / "mine")
