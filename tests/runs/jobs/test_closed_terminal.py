"""R20, R22: the terminal is closed in the middle of a training; its worker is killed; the run is taken up."""

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import termios
import time
from pathlib import Path

from afs_engine import api
from afs_engine.events import CheckpointSaved, Progress, RunFinished
from afs_engine.runs.jobs.orphans import find_orphan
from afs_engine.runs.workspace import Workspace
from tests.program import PROGRAM, call, call_well, environment, write_rows

RECIPE = """
[run]
name = "v1"
[[sources]]
name = "rows"
kind = "jsonl"
path = "rows.jsonl"
[train]
epochs = 12
batch_size = 2
max_length = 128
lora_r = 4
save_steps = 5
"""


def make_recipe(folder: Path) -> Path:
    rows = [
        {"instruction": f"What is at ${n:04X}?", "output": f"Routine number {n}, which returns with RTL."}
        for n in range(30)
    ]
    write_rows(folder / "rows.jsonl", rows)
    (folder / "recipe.toml").write_text(RECIPE)
    return folder / "recipe.toml"


def steps_done(folder: Path) -> int:
    jobs = api.list_jobs(folder)
    return jobs[0].done if jobs and jobs[0].stage == "train" else 0


def run_in_a_terminal_and_close_it(recipe: Path) -> subprocess.Popen[bytes]:
    """Starts the run as a terminal does, reads its screen until it trains, and closes the terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "run", recipe.name, "--until", "train"],
        cwd=recipe.parent,
        env=environment(recipe.parent) | {"TERM": "xterm"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    give_up = time.monotonic() + 120
    while steps_done(recipe.parent) < 3:
        assert time.monotonic() < give_up
        if select.select([master], [], [], 0.05)[0]:
            os.read(master, 1 << 16)
    os.close(master)  # the kernel tells the session by SIGHUP, and every write to it fails from now on
    return process


def watch_live(folder: Path) -> None:
    """`jobs attach` shows steps that are made while it looks; Ctrl-C ends only the looking."""
    watcher = subprocess.Popen(
        [*PROGRAM, "jobs", "attach", "v1", "--json"],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watcher.stdout
    begun_at = steps_done(folder)
    for line in watcher.stdout:
        event = json.loads(line)
        if event["type"] == "Progress" and event["stage"] == "train" and event["done"] > begun_at + 3:
            break
    watcher.send_signal(signal.SIGINT)
    _, said = watcher.communicate(timeout=60)
    assert watcher.returncode == 130
    assert "v1 runs on" in said


def test_a_closed_terminal_does_not_end_a_training(tmp_path: Path) -> None:
    recipe = make_recipe(tmp_path)
    process = run_in_a_terminal_and_close_it(recipe)
    with contextlib.ExitStack() as stack:
        stack.callback(process.kill)
        watch_live(tmp_path)
        assert process.poll() is None
        assert api.read_job(tmp_path, "v1").state == "running"
        stopped = call_well("jobs", "stop", "v1", "--json", cwd=tmp_path).json
        assert stopped["state"] == "stopped"
        assert process.wait(timeout=60) == 130
    saved = [e.step for e in api.read_journal(Path(stopped["events"])) if isinstance(e, CheckpointSaved)]
    assert saved[-1] == stopped["done"] > 3  # the last step made is on disk
    call_well("jobs", "resume", "v1", cwd=tmp_path)
    kill_the_worker(tmp_path, saved[-1])
    call_well("jobs", "resume", "v1", cwd=tmp_path)
    job = api.read_job(tmp_path, "v1")
    assert call("jobs", "attach", "v1", cwd=tmp_path).code == 0
    events = [event for batch in api.follow_events(tmp_path, job) for event in batch.events]
    steps = [event.done for event in events if isinstance(event, Progress) and event.stage == "train"]
    assert steps == list(range(steps[0], steps[-1] + 1))
    assert steps[0] > saved[-1]
    assert isinstance(events[-1], RunFinished)
    assert (tmp_path / "runs/v1/adapter/adapter_model.safetensors").stat().st_size


def kill_the_worker(folder: Path, done: int) -> None:
    """R22: what an out-of-memory kill looks like; the job says so, and what to try, within 5 seconds."""
    while steps_done(folder) <= done:
        time.sleep(0.02)
    pid = find_orphan(Workspace(folder), "v1")
    assert pid
    os.kill(pid, signal.SIGKILL)
    killed_at = time.monotonic()
    while api.read_job(folder, "v1").is_live:
        time.sleep(0.02)
    assert time.monotonic() - killed_at < 5
    job = api.read_job(folder, "v1")
    assert job.state == "failed"
    assert "the worker was ended by SIGKILL" in job.reason
    assert "batch_size = 1 (now 2), gradient_accumulation_steps = 2" in job.hint
