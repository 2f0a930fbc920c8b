"""Launching and following a worker, with stand-in workers that end in every possible way."""

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import AfsError, InputError, InterruptedRunError, MissingPartError, WorkerError
from afs_engine.events import LogLine, Progress
from afs_engine.stages.training import backend
from afs_engine.stages.training.results import EvalMetrics
from afs_engine.stages.training.settings import EvaluateJob, TrainJob, TrainSettings
from afs_engine.worker import launch
from afs_engine.worker.launch import run_job
from afs_engine.worker.worker_files import WorkerFiles

METRICS = EvalMetrics(
    loss=1.5, perplexity=4.5, rows=1, tokens=9, model="m", rows_read=1, skipped={}, per_domain={}
)
MakeWorker = Callable[[str], str]
PRELUDE = """
import fcntl, json, os, signal, sys, time
folder = os.path.dirname(sys.argv[-1])
lock = open(folder + "/lock", "ab"); fcntl.flock(lock, fcntl.LOCK_EX)
def status(**more):
    said = {"pid": os.getpid()} | more
    open(folder + "/status.json", "w").write(json.dumps(said))
def event(**more):
    with open(folder + "/events.jsonl", "a") as file: file.write(json.dumps(more) + "\\n")
def result():
    open(os.path.dirname(folder) + "/eval_metrics.json", "w").write('''METRICS''')
status(state="running")
"""


@pytest.fixture
def job(tmp_path: Path) -> EvaluateJob:
    data = tmp_path / "val.jsonl"
    data.write_text('{"instruction": "Q", "output": "A"}\n')
    return EvaluateJob(model="nano", data_file=data, output_dir=tmp_path / "out")


@pytest.fixture
def worker(tmp_path: Path) -> MakeWorker:
    """An interpreter that runs the given lines in place of the real worker."""

    def make(body: str) -> str:
        code = PRELUDE.replace("METRICS", METRICS.model_dump_json()) + textwrap.dedent(body)
        script = tmp_path / "interpreter"
        script.write_text(f"#!{sys.executable}\n{code}")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return str(script)

    return make


GOOD = """
event(type="LogLine", text="hello")
event(type="Progress", stage="evaluate", done=1, total=1)
result(); status(state="finished", exit_code=0)
"""


def test_events_and_result_come_back(job: EvaluateJob, worker: MakeWorker) -> None:
    events: list[Any] = []
    assert run_job(job, events.append, python=worker(GOOD)) == METRICS
    assert events == [LogLine(text="hello"), Progress(stage="evaluate", done=1, total=1)]
    assert json.loads((job.worker_dir / "job.json").read_bytes())["kind"] == "evaluate"


def test_a_fault_comes_back_as_the_error_it_was(job: EvaluateJob, worker: MakeWorker) -> None:
    body = """
    status(state="failed", exit_code=1, fault={"kind": "InputError", "what": "a bad file", "hint": "mend it"})
    sys.exit(1)
    """
    with pytest.raises(InputError, match=r"a bad file \(mend it\)"):
        run_job(job, lambda event: None, python=worker(body))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "print('step 7'); print('allocating', flush=True); os.kill(os.getpid(), 9)",
            r"SIGKILL.*step 7 \| allocating",
        ),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV"),
        ("sys.exit(3)", "ended without a result"),
        ("status(state='finished', exit_code=0)", "result can't be read"),
        ("open(folder + '/events.jsonl', 'w').write('nonsense\\n')", "events can't be read"),
        ("open(folder + '/status.json', 'w').write('{')", "status can't be read"),
    ],
)
def test_a_worker_that_ends_badly_is_a_worker_error(
    job: EvaluateJob, worker: MakeWorker, body: str, words: str
) -> None:
    with pytest.raises(WorkerError, match=words):
        run_job(job, lambda event: None, python=worker(body))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([3, 4], "ended by SIGKILL: the kernel ran out of memory"),
        ([3, 3], "ended by SIGKILL: the kernel counted no lack of memory, so a person or a program sent it"),
        ([None, None], "ended by SIGKILL"),
    ],
)
def test_a_kill_says_by_whom_and_what_to_try(
    job: EvaluateJob, worker: MakeWorker, monkeypatch: pytest.MonkeyPatch, counts: list[Any], words: str
) -> None:
    """R22: the kernel's counter of out-of-memory kills, before and after."""
    monkeypatch.setattr(launch, "count_oom_kills", iter(counts).__next__)
    train = TrainJob(
        name="t", settings=TrainSettings(batch_size=6), train_file=job.data_file, output_dir=job.output_dir
    )
    body = "print('step 7', flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(WorkerError) as caught:
        run_job(train, lambda event: None, python=worker(body))
    assert caught.value.what == f"the worker was {words}; last output: step 7"
    assert "batch_size = 3 (now 6), gradient_accumulation_steps = 2" in caught.value.hint
    goes_on = caught.value.hint.startswith("run the same command again to go on")
    assert goes_on is (counts != [3, 4])  # what ran out of memory would again
    status = WorkerFiles(train.worker_dir).read_status()
    assert status is not None
    assert (status.state, status.exit_code) == ("killed", -9)
    assert status.fault is not None
    assert words in status.fault.what


def test_raw_output_is_made_printable(job: EvaluateJob, worker: MakeWorker) -> None:
    with pytest.raises(WorkerError) as caught:
        run_job(job, lambda event: None, python=worker(r"print('\x1b[31mred\x1b[0m\a'); sys.exit(1)"))
    assert "\x1b" not in caught.value.what
    assert "red" in caught.value.what


def test_an_old_result_is_not_taken_for_a_new_one(job: EvaluateJob, worker: MakeWorker) -> None:
    run_job(job, lambda event: None, python=worker(GOOD))
    events: list[Any] = []
    with pytest.raises(WorkerError):
        run_job(job, events.append, python=worker("sys.exit(1)"))
    assert events == []


def test_an_interrupt_stops_the_worker_and_is_told(job: EvaluateJob, worker: MakeWorker) -> None:
    body = """
    def stop(*_):
        event(type="LogLine", text="checkpoint saved")
        status(state="stopped", exit_code=143,
               fault={"kind": "InterruptedRunError", "what": "training stopped after step 4", "hint": ""})
        sys.exit(143)
    signal.signal(signal.SIGTERM, stop)
    event(type="Progress", stage="train", done=3, total=9)
    signal.pause()
    """
    events: list[Any] = []

    def emit(event: Any) -> None:
        events.append(event)
        if isinstance(event, Progress):
            raise KeyboardInterrupt

    with pytest.raises(InterruptedRunError, match="stopped after step 4"):
        run_job(job, emit, python=worker(body))
    assert LogLine(text="checkpoint saved") in events


def test_an_interrupt_is_told_even_when_the_work_got_done(job: EvaluateJob, worker: MakeWorker) -> None:
    def emit(event: Any) -> None:
        raise KeyboardInterrupt

    body = "signal.signal(signal.SIGTERM, signal.SIG_IGN)" + GOOD
    with pytest.raises(InterruptedRunError):
        run_job(job, emit, python=worker(body))


def test_the_worker_has_its_own_session(job: EvaluateJob, worker: MakeWorker) -> None:
    body = 'event(type="LogLine", text=str(os.getsid(0) == os.getpid()))' + GOOD
    events: list[Any] = []
    run_job(job, events.append, python=worker(body))
    assert events[0] == LogLine(text="True")


def test_the_same_job_at_work_is_followed_another_is_refused(job: EvaluateJob, worker: MakeWorker) -> None:
    """A worker whose launcher was killed: a new launcher of the same job takes its place."""
    files = WorkerFiles(job.worker_dir)
    files.folder.mkdir(parents=True)
    files.job.write_bytes(job.to_json())
    body = """
    event(type="LogLine", text="from before")
    while not os.path.exists(folder + "/go-on"): time.sleep(0.02)
    event(type="LogLine", text="followed")
    result(); status(state="finished", exit_code=0)
    """
    orphan = subprocess.Popen([worker(body), str(files.job)])
    while not files.events.exists():
        time.sleep(0.01)
    with pytest.raises(WorkerError, match="another job is at work"):
        run_job(job.model_copy(update={"base_loss": True}), lambda event: None, python="/bin/false")
    events: list[Any] = []

    def emit(event: Any) -> None:
        events.append(event)
        (files.folder / "go-on").touch()

    assert run_job(job, emit, python="/bin/false") == METRICS
    assert [event.text for event in events] == ["from before", "followed"]
    assert orphan.wait() == 0


def test_missing_things_are_named_before_any_process(
    job: EvaluateJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = TrainJob(
        name="t", settings=TrainSettings(), train_file=tmp_path / "no.jsonl", output_dir=tmp_path
    )
    bad_base = train.model_copy(
        update={"train_file": job.data_file, "settings": TrainSettings(base_model="./nowhere")}
    )
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    with pytest.raises(InputError, match=r"no\.jsonl: no such file"):
        run_job(train, lambda event: None)
    with pytest.raises(InputError, match="no such base model folder"):
        run_job(bad_base, lambda event: None)
    monkeypatch.setattr(backend, "find_spec", lambda name: None if name == "trl" else name)
    with pytest.raises(MissingPartError, match=r"training needs trl \(pip install 'afs\[train\]'\)"):
        run_job(job, lambda event: None)


def test_every_error_class_can_cross_the_border() -> None:
    from afs_engine.worker.worker_files import WorkerFault

    for kind in AfsError.__subclasses__():
        fault = WorkerFault.of(kind("what", where=Path("here"), hint="next"))
        assert (fault.kind, fault.what, fault.hint) == (kind.__name__, "here: what", "next")


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    files = WorkerFiles(tmp_path)
    code = f"""
import fcntl, time
file = open({str(files.lock)!r}, "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert files.is_locked()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert not files.is_locked()
