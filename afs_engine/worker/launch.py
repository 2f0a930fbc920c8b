"""Starting a worker, following it, and telling how it ended.

Light: imports no training package. The worker lives in a session of its own and outlives this
process; a launcher that finds the same job already running follows that one.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from pydantic import ValidationError

from afs_engine import errors
from afs_engine.data.atomic import write_atomic
from afs_engine.errors import AfsError, InputError, InterruptedRunError, WorkerError
from afs_engine.stages.training.backend import Emit, check_backend, has_cuda, name_backend
from afs_engine.stages.training.base_check import check_4bit, check_base, is_hub_name
from afs_engine.stages.training.hub import check_hub
from afs_engine.stages.training.results import TRAIN_RESULT, EvalMetrics, TrainResult, read_eval_metrics
from afs_engine.stages.training.settings import EvaluateJob, Job, MergeJob, SequenceJob, TrainJob, steps_of
from afs_engine.worker.death import advise_less_memory, may_lack_memory, name_death
from afs_engine.worker.environments import find_interpreter
from afs_engine.worker.oom_kills import count_oom_kills, has_risen
from afs_engine.worker.worker_files import EventTail, WorkerFault, WorkerFiles, WorkerStatus

_POLL_SECONDS = 0.1
_GO_ON = "run the same command again to go on from what was saved"
_ROOT = Path(__file__).resolve().parents[2]


@overload
def run_job(job: TrainJob, emit: Emit, *, python: str | None = None) -> TrainResult: ...
@overload
def run_job(job: EvaluateJob, emit: Emit, *, python: str | None = None) -> EvalMetrics: ...
def run_job(
    job: TrainJob | EvaluateJob, emit: Emit, *, python: str | None = None
) -> TrainResult | EvalMetrics:
    """Does `job` in a worker process and returns its result; `emit` gets the worker's events.

    `python` is the interpreter to use, where it is another than this one. On KeyboardInterrupt the
    worker is asked to save a checkpoint and waited for, then InterruptedRunError is raised. Raises
    InputError and MissingPartError before any work, WorkerError when the worker fails.
    """
    _do_in_worker(job, emit, python)
    if isinstance(job, TrainJob):
        return _read_train_result(job.output_dir)
    return read_eval_metrics(job.output_dir)


def run_steps(job: SequenceJob, emit: Emit, *, python: str | None = None) -> None:
    """Does several jobs in one worker process, as `run_job` does one; each leaves its result on disk."""
    _do_in_worker(job, emit, python)


def _do_in_worker(job: Job, emit: Emit, python: str | None) -> None:
    python = check_job(job, python)
    files = WorkerFiles(job.worker_dir)
    worker = (
        _attach(files, job) if files.folder.is_dir() and files.is_locked() else _start(files, job, python)
    )
    interrupted = _follow(worker, EventTail(files.events), emit)
    _raise_fault(worker, job, files, interrupted)


@dataclass(frozen=True, slots=True)
class _Worker:
    """A worker process, ours or one found running; the exit code of another's child is not known."""

    pid: int
    exit_code: Callable[[], int | None]
    is_alive: Callable[[], bool]
    oom_kills: int | None  # as counted when we met it


def check_job(job: Job, python: str | None = None) -> str | None:
    """Raises what can be known to be wrong before a process is started.

    Returns the interpreter that is to do the job: `python`, else the one its settings name, else None for
    this very one.
    """
    for step in steps_of(job):
        for path in _inputs(step):
            if not path.is_file():
                raise InputError("no such file of samples", where=path)
    if isinstance(job, TrainJob):
        check_base(job.settings.base_model)
        check_4bit(job.settings.base_model, job.settings.load_in_4bit, has_cuda())
    for name in dict.fromkeys(_model(step) for step in steps_of(job)):
        if name is not None and is_hub_name(name):
            check_hub(name)
    chosen = python or _chosen_interpreter(job)
    if chosen is None:
        check_backend(name_backend(job.settings.backend) if isinstance(job, TrainJob) else "trl")
    return chosen


def _model(step: TrainJob | EvaluateJob | MergeJob) -> str | None:
    """What is trained or measured: a folder, or a name."""
    if isinstance(step, MergeJob):
        return None
    return step.settings.base_model if isinstance(step, TrainJob) else step.model


def _chosen_interpreter(job: Job) -> str | None:
    """The Python that the settings of a training name."""
    environment = job.settings.environment if isinstance(job, TrainJob) else None
    return find_interpreter(environment) if environment else None


def _inputs(step: TrainJob | EvaluateJob | MergeJob) -> list[Path]:
    if isinstance(step, TrainJob):
        return [step.train_file, *([step.val_file] if step.val_file else [])]
    return [step.data_file] if isinstance(step, EvaluateJob) else []


def _start(files: WorkerFiles, job: Job, python: str | None) -> _Worker:
    write_atomic(files.job, job.to_json())
    for old in (files.status, files.events):
        old.unlink(missing_ok=True)
    environment = engine_environment()
    command = [python or sys.executable, "-P", "-m", "afs_engine.worker", str(files.job.absolute())]
    with files.raw_log.open("wb") as raw:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=raw,
            stderr=raw,
            env=environment,
            start_new_session=True,
        )
    return _Worker(process.pid, process.poll, lambda: process.poll() is None, count_oom_kills())


def engine_environment() -> dict[str, str]:
    """Ours, so that a process of our own interpreter finds our own package, wherever it stands.

    Without the key to a cloud account: no process that trains has any business with it.
    """
    known = os.environ.get("PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name != "VAST_API_KEY"}
    return kept | {"PYTHONPATH": f"{_ROOT}{os.pathsep}{known}" if known else str(_ROOT)}


def _attach(files: WorkerFiles, job: Job) -> _Worker:
    """The worker that is at work in the job's folder, if it does this very job."""
    status = files.read_status()
    known = files.job.read_bytes() if files.job.is_file() else b""
    if known != job.to_json() or status is None:
        raise WorkerError(
            "another job is at work in this folder",
            where=files.folder,
            hint="wait for it, stop it, or choose another output folder",
        )
    return _Worker(status.pid, lambda: None, files.is_locked, count_oom_kills())


def _follow(worker: _Worker, tail: EventTail, emit: Emit) -> bool:
    """Forwards events until the worker is gone; True when the person interrupted us."""
    interrupted = False
    alive = True
    while alive:
        try:
            alive = worker.is_alive()
            for event in tail.read_new():
                emit(event)
            if alive:
                time.sleep(_POLL_SECONDS)
        except KeyboardInterrupt:
            interrupted = True
            _terminate(worker.pid)
    return interrupted


def _terminate(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return


def _raise_fault(worker: _Worker, job: Job, files: WorkerFiles, interrupted: bool) -> None:
    """Raises what the worker's end means, if it was not a good one; a death is told to later readers."""
    status = files.read_status()
    if status is not None and status.fault is not None:
        raise _rebuild(status.fault)
    if interrupted:
        raise InterruptedRunError("the work was stopped", hint="run the same command again to go on")
    if status is None or status.state != "finished":
        death = _explain_death(worker, job, files)
        files.write_status(_killed(worker, death))
        raise death


def _killed(worker: _Worker, death: WorkerError) -> WorkerStatus:
    fault = WorkerFault.of(death)
    return WorkerStatus(state="killed", pid=worker.pid, exit_code=worker.exit_code(), fault=fault)


def _rebuild(fault: WorkerFault) -> AfsError:
    """The worker's error as it was raised there."""
    kind: type[AfsError] = getattr(errors, fault.kind, WorkerError)
    return kind(fault.what, hint=fault.hint)


def _explain_death(worker: _Worker, job: Job, files: WorkerFiles) -> WorkerError:
    """A worker that ended without a word: by which signal, by whom, and what it printed last."""
    code, ran_out = worker.exit_code(), has_risen(worker.oom_kills, count_oom_kills())
    last = files.raw_tail(lines=3)
    said = f"; last output: {last}" if last else ""
    hints = [] if ran_out else [_GO_ON]
    if may_lack_memory(code, ran_out):
        hints.append(advise_less_memory(job.settings if isinstance(job, TrainJob) else None))
    hint = "; ".join(hints)
    return WorkerError(f"the worker {name_death(code, ran_out)}{said}", where=files.raw_log, hint=hint)


def _read_train_result(folder: Path) -> TrainResult:
    path = folder / TRAIN_RESULT
    try:
        return TrainResult.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WorkerError("the worker's result can't be read", where=path) from error
