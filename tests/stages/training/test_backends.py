"""Which backend trains: what "auto" means, what is refused in one line, and mlx for real where it is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import AfsError, InputError, MissingPartError, UsageError
from afs_engine.stages.training import backend as backends
from afs_engine.stages.training.backend import choose_backend, missing_packages, name_backend
from afs_engine.stages.training.checkpoints import list_checkpoints
from afs_engine.stages.training.settings import TrainJob
from afs_engine.worker import environments, launch

MakeJob = Callable[..., TrainJob]


def test_auto_takes_what_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def on(cuda: bool, missing: list[str], platform: str = "linux", machine: str = "x86_64") -> str:
        monkeypatch.setattr(backends, "has_cuda", lambda: cuda)
        monkeypatch.setattr(backends, "missing_packages", lambda name: ["x"] if name in missing else [])
        monkeypatch.setattr(backends.sys, "platform", platform)
        monkeypatch.setattr(backends.platform, "machine", lambda: machine)
        return name_backend("auto")

    assert on(True, []) == "unsloth"
    assert on(True, ["unsloth"]) == "trl"
    assert on(False, []) == "trl"
    assert on(False, [], "darwin", "arm64") == "mlx"
    assert on(False, ["mlx"], "darwin", "arm64") == "trl"
    assert on(False, ["trl", "unsloth"]) == "mlx"  # all that is there
    assert name_backend("mlx") == "mlx"


@pytest.mark.skipif(backends.has_cuda(), reason="this machine has a GPU")
def test_unsloth_is_refused_in_one_line_without_cuda(tiny_job: MakeJob, tmp_path: Path) -> None:
    job = tiny_job(tmp_path / "out", backend="unsloth")
    for refuse in (lambda: launch.check_job(job), lambda: train(job)):
        with pytest.raises(InputError, match=r"needs a CUDA GPU \(set backend") as caught:
            refuse()
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(backends.has_cuda(), reason="this machine has a GPU")
def test_4bit_is_refused_in_one_line_without_cuda(tiny_job: MakeJob, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"load_in_4bit needs a CUDA GPU"):
        train(tiny_job(tmp_path / "out", load_in_4bit=True))


@pytest.mark.skipif(not missing_packages("mlx"), reason="mlx is installed here")
def test_a_backend_that_is_not_installed_names_the_command(tiny_job: MakeJob, tmp_path: Path) -> None:
    with pytest.raises(MissingPartError, match=r"needs mlx.*doctor --make-environment mlx"):
        launch.check_job(tiny_job(tmp_path / "out", backend="mlx"))


def test_an_environment_is_found_by_name_or_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert environments.find_interpreter(sys.executable) == sys.executable
    with pytest.raises(InputError, match=r"there is no environment 'mlx'.*--make-environment mlx"):
        environments.find_interpreter("mlx")
    with pytest.raises(InputError, match="no such Python"):
        environments.find_interpreter("/nowhere/python")
    with pytest.raises(UsageError, match="did you mean 'unsloth'"):
        environments.make_environment("unslot")


def test_an_environment_is_made_once_and_only_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    asked = [
        "click>=8",
        "torch>=2; extra == 'train'",
        "mlx-lm[cpu]>=0.32; sys_platform == 'linux' and extra == 'mlx'",
        "ruff; extra == 'dev'",
    ]
    monkeypatch.setattr(environments, "requires", lambda _name: asked)
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> Any:
        commands.append(command)
        fails = len(commands) == 2  # the first install
        return subprocess.CompletedProcess(command, 1 if fails else 0, "", "no such package" if fails else "")

    monkeypatch.setattr(environments.subprocess, "run", run)
    with pytest.raises(AfsError, match="can't be made: no such package"):
        environments.make_environment("mlx")
    with pytest.raises(InputError, match="there is no environment"):
        environments.find_interpreter("mlx")
    folder = environments.make_environment("mlx")
    assert commands[-2][-2:] == ["click>=8", "mlx-lm[cpu]>=0.32; sys_platform == 'linux'"]
    assert commands[-1][-5:] == list(backends.PACKAGES["mlx"])
    assert environments.find_interpreter("mlx") == str(folder / "bin" / "python")
    environments.make_environment("mlx")
    assert len(commands) == 5


def test_an_environment_that_would_lack_its_backend_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(environments, "requires", lambda _name: ["click>=8", "torch; extra == 'train'"])
    with pytest.raises(MissingPartError, match=r"older than its extra 'mlx'.*install it again"):
        environments.make_environment("mlx")
    with pytest.raises(AfsError, match="no_such_package_1, no_such_package_2 did not come with it"):
        command = [sys.executable, "-c", environments._CHECK, "sys", "no_such_package_1", "no_such_package_2"]
        environments._run(command, tmp_path)


def test_the_worker_runs_in_the_interpreter_that_is_set(tiny_job: MakeJob, tmp_path: Path) -> None:
    job = tiny_job(tmp_path / "out", environment=str(tmp_path / "python"))
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/called\nexit 3\n')
    script.chmod(0o755)
    with pytest.raises(AfsError, match="ended without a result"):
        launch.run_job(job, lambda _event: None)
    assert "-m afs_engine.worker" in (tmp_path / "called").read_text()


def train(job: TrainJob) -> Any:
    return choose_backend(job.settings.backend).train(job, lambda _event: None, lambda: False)


def mlx_python() -> str | None:
    """An interpreter with mlx: this one, or that of the environment `doctor --make-environment mlx` makes."""
    if not missing_packages("mlx"):
        return sys.executable
    try:
        return environments.find_interpreter("mlx")
    except InputError:
        return None


needs_mlx = pytest.mark.skipif(mlx_python() is None, reason="mlx is not installed")


@needs_mlx
def test_mlx_trains_nano_on_this_cpu_and_peft_reads_its_adapter(tiny_job: MakeJob, tmp_path: Path) -> None:
    from afs_engine.stages.training.evaluate import Evaluator
    from afs_engine.stages.training.settings import EvaluateJob

    job = tiny_job(tmp_path / "out", backend="mlx", environment=mlx_python(), learning_rate=5e-3)
    result = launch.run_job(job, lambda _event: None)
    assert result.backend == "mlx"
    assert result.train_loss_last < result.train_loss_first - 0.2
    assert result.val_loss_last is not None
    measured = EvaluateJob(model=str(job.output_dir), data_file=job.val_file, output_dir=tmp_path)
    assert Evaluator(lambda _event: None).evaluate(measured).loss == pytest.approx(
        result.val_loss_last, rel=1e-3
    )


@needs_mlx
def test_mlx_goes_on_after_a_kill_to_the_same_adapter(tiny_job: MakeJob, tmp_path: Path) -> None:
    settings = {"backend": "mlx", "environment": mlx_python(), "save_steps": 2}
    whole = launch.run_job(tiny_job(tmp_path / "whole", **settings), lambda _event: None)
    job = tiny_job(tmp_path / "killed", **settings)
    environment = launch.engine_environment()
    (job.worker_dir).mkdir(parents=True)
    (job.worker_dir / "job.json").write_bytes(job.to_json())
    command = [str(mlx_python()), "-m", "afs_engine.worker", str(job.worker_dir / "job.json")]
    worker = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list_checkpoints(job.output_dir / "checkpoints") and time.monotonic() < deadline:
        os.sched_yield()
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    result = launch.run_job(job, lambda _event: None)
    assert result.digests["adapter_model.safetensors"] == whole.digests["adapter_model.safetensors"]
