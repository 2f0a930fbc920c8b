"""Runs as jobs through the program: in the background, on after a kill, refused where that is wrong."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from afs_engine import api
from afs_engine.runs.journal import is_in_use
from afs_engine.runs.workspace import Workspace
from tests.gated_run import RECIPE, shut, wait_for, write_gated
from tests.program import call, call_well, write_rows


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return write_gated(tmp_path)


def job_now(recipe: Path) -> api.Job:
    return api.read_job(recipe.parent, "v1")


def test_a_detached_run_answers_at_once_and_is_followed_to_its_end(recipe: Path) -> None:
    closed = shut(recipe)
    started = call_well("run", recipe, "--detach", "--until", "convert", "--json", cwd=recipe.parent).json
    assert (started["id"], started["kind"], started["state"]) == ("v1", "run", "starting")
    wait_for(lambda: job_now(recipe).stage == "export")
    assert job_now(recipe).state == "running"
    assert os.getsid(job_now(recipe).pid or 0) != os.getsid(0)
    closed.unlink()
    watched = call_well("jobs", "attach", "v1", "--json", cwd=recipe.parent).events
    assert [event["type"] for event in (watched[0], watched[-1])] == ["RunStarted", "RunFinished"]
    (job,) = call_well("jobs", "list", "--json", cwd=recipe.parent).json["jobs"]
    assert (job["state"], job["stage"], job["pid"]) == ("finished", "convert", None)
    assert "finished" in call_well("jobs", "logs", "v1", cwd=recipe.parent).out
    assert "there is nothing to stop" in call("jobs", "stop", "v1", cwd=recipe.parent).err
    assert "can't be resumed: it is finished" in call("jobs", "resume", "v1", cwd=recipe.parent).err


def test_a_killed_run_says_by_which_signal_and_is_taken_up_again(recipe: Path) -> None:
    closed = shut(recipe)
    api.start_run(recipe, "convert")
    pid = wait_for(lambda: job_now(recipe).pid)
    wait_for(lambda: job_now(recipe).state == "running")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_in_use(recipe.parent / "runs/v1/journal.jsonl"))
    killed = job_now(recipe)
    assert killed.state == "killed"
    assert "SIGKILL" in killed.reason
    assert "afs jobs resume" in killed.hint
    assert call("jobs", "attach", "v1", cwd=recipe.parent).code == 1
    closed.unlink()
    assert call_well("jobs", "resume", "v1", "--json", cwd=recipe.parent).json["id"] == "v1"
    assert call("jobs", "attach", "v1", cwd=recipe.parent).code == 0
    assert [folder.name for folder in (recipe.parent / "runs").iterdir()] == ["v1"]


def test_a_paused_run_holds_still_and_goes_on(recipe: Path) -> None:
    closed = shut(recipe)
    api.start_run(recipe, "convert")
    pid = wait_for(lambda: job_now(recipe).state == "running" and job_now(recipe).pid)
    paused = call_well("jobs", "pause", "v1", "--json", cwd=recipe.parent).json
    assert (paused["state"], paused["pid"], paused["stage"]) == ("paused", pid, "export")
    assert "can't be paused" in call("jobs", "pause", "v1", cwd=recipe.parent).err
    closed.unlink()
    used = psutil.Process(pid).cpu_times()
    assert call_well("jobs", "list", "--json", cwd=recipe.parent).json["jobs"][0]["state"] == "paused"
    assert psutil.Process(pid).cpu_times() == used
    assert call_well("jobs", "resume", "v1", "--json", cwd=recipe.parent).json["pid"] == pid
    assert call_well("jobs", "attach", "v1", "--json", cwd=recipe.parent).events[-1]["type"] == "RunFinished"


def test_a_paused_run_can_be_stopped(recipe: Path) -> None:
    shut(recipe)
    api.start_run(recipe, "convert")
    wait_for(lambda: job_now(recipe).state == "running")
    assert api.pause_job(recipe.parent, "v1").state == "paused"
    assert call_well("jobs", "stop", "v1", "--json", cwd=recipe.parent).json["state"] == "stopped"
    assert "can't be paused" in call("jobs", "pause", "v1", cwd=recipe.parent).err


def test_a_stopped_run_is_stopped_and_a_changed_recipe_is_not_taken_up(recipe: Path) -> None:
    shut(recipe)
    job = api.start_run(recipe, "convert")
    wait_for(lambda: job_now(recipe).stage == "export")
    stopped = call_well("jobs", "stop", "v1", "--json", cwd=recipe.parent).json
    assert stopped["state"] == "stopped"
    batches = list(api.follow_events(recipe.parent, job))
    assert batches[-1].events[-1].type == "RunFailed"
    again = api.read_job_events(job, batches[-1].offset)
    assert (again.events, again.offset) == ([], batches[-1].offset)
    recipe.write_text(RECIPE + "[split]\ntrain = 0.6\nval = 0.2\ntest = 0.2\n")
    refused = call("jobs", "resume", "v1", cwd=recipe.parent)
    assert refused.code == 1
    assert "the recipe has changed since this run began" in refused.err


def test_faults_are_told_before_anything_is_started(recipe: Path) -> None:
    recipe.write_text(RECIPE + "[splt]\n")
    answer = call("run", recipe, "--detach", cwd=recipe.parent)
    assert (answer.code, "did you mean 'split'" in answer.err) == (2, True)
    assert not (recipe.parent / "runs").exists()
    assert call_well("jobs", "list", cwd=recipe.parent).out.startswith("no jobs here yet")
    assert call("jobs", "show", "v9", cwd=recipe.parent).code == 2


def test_two_starts_of_one_recipe_are_two_runs(recipe: Path) -> None:
    closed = shut(recipe)
    assert [api.start_run(recipe, "export").id for _ in range(2)] == ["v1", "v1-2"]
    closed.unlink()
    wait_for(lambda: all(job.state == "finished" for job in api.list_jobs(recipe.parent)))


def test_a_defect_in_the_process_is_a_failed_job_with_its_output(recipe: Path) -> None:
    (recipe.parent / "slow.py").write_text(
        "import os\nfrom afs_engine import BaseGenerator\nclass Slow(BaseGenerator):\n"
        "    def __init__(self, gate):\n        print('last words', flush=True)\n        os._exit(7)\n"
        "    def generate(self):\n        return iter(())\n"
    )
    api.start_run(recipe, "export")
    job = wait_for(lambda: job_now(recipe) if not job_now(recipe).is_live else None)
    assert job.state == "failed"
    assert "last words" in call_well("jobs", "logs", "v1", cwd=recipe.parent).out


def test_a_foreground_run_is_a_job_too(tmp_path: Path) -> None:
    rows = [{"instruction": f"Q{n}?", "output": f"The answer is number {n}."} for n in range(20)]
    write_rows(tmp_path / "rows.jsonl", rows)
    (tmp_path / "recipe.toml").write_text('[[sources]]\nname = "rows"\nkind = "jsonl"\npath = "rows.jsonl"\n')
    call_well("run", "recipe.toml", "--until", "split", cwd=tmp_path)
    (job,) = api.list_jobs(tmp_path)
    assert (job.id, job.state, job.stage) == ("run", "finished", "split")
    assert Workspace(tmp_path).jobs.is_dir()
