"""The real worker: a training that it was made to stop goes on to the bytes of an undisturbed one."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import InputError, InterruptedRunError
from afs_engine.events import CheckpointSaved, LogLine, Progress
from afs_engine.stages.training.settings import EvaluateJob, TrainJob, TrainSettings
from afs_engine.worker.launch import run_job
from afs_engine.worker.worker_files import WorkerFiles


@pytest.fixture
def job(tmp_path: Path) -> TrainJob:
    data = tmp_path / "train.jsonl"
    rows = [
        {"instruction": f"What is at ${n:04X}?", "output": f"Routine number {n}, which returns with RTL."}
        for n in range(24)
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = TrainSettings(epochs=3, batch_size=2, lora_r=4, save_steps=50)
    return TrainJob(name="small", settings=settings, train_file=data, output_dir=tmp_path / "adapter")


def test_stopped_then_resumed_is_as_undisturbed(job: TrainJob, tmp_path: Path) -> None:
    from afs_engine.stages.training.backend import choose_backend

    events: list[Any] = []
    asked_at: list[float] = []

    def stop_in_the_third_step(event: Any) -> None:
        events.append(event)
        if isinstance(event, Progress) and event.done >= 3 and not asked_at:
            asked_at.append(time.monotonic())
            raise KeyboardInterrupt

    with pytest.raises(InterruptedRunError, match="training stopped after step"):
        run_job(job, stop_in_the_third_step)
    assert time.monotonic() - asked_at[0] < 10
    assert isinstance([e for e in events if not isinstance(e, LogLine)][-1], CheckpointSaved | Progress)
    status = WorkerFiles(job.worker_dir).read_status()
    assert status is not None
    assert (status.state, status.exit_code) == ("stopped", 143)

    resumed = choose_backend("trl").train(job, events.append, lambda: False)
    assert 3 <= resumed.resumed_from_step < resumed.steps == 36
    steps = [event.done for event in events if isinstance(event, Progress)]
    assert steps == list(range(1, 37))  # none twice, none left out
    reference = job.model_copy(update={"output_dir": tmp_path / "undisturbed"})
    undisturbed = choose_backend("trl").train(reference, lambda event: None, lambda: False)
    assert resumed.digests == undisturbed.digests
    assert (job.output_dir / "training.log").read_text().count("going on at checkpoint-") == 1


def test_a_fault_inside_the_worker_comes_out_in_one_line(job: TrainJob, tmp_path: Path) -> None:
    broken = EvaluateJob(model=str(tmp_path), data_file=job.train_file, output_dir=tmp_path / "out")
    with pytest.raises(InputError, match=r"config\.json is missing"):
        run_job(broken, lambda event: None)
    assert "Traceback" not in (broken.worker_dir / "raw.log").read_text()


def test_the_worker_refuses_what_is_no_job(tmp_path: Path) -> None:
    import subprocess

    path = tmp_path / "job.json"
    path.write_text('{"kind": "dance"}')
    command = [sys.executable, "-m", "afs_engine.worker", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: python -m afs_engine.worker JOB.json")
    assert "Traceback" not in done.stderr
