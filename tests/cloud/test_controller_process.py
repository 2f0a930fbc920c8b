"""The controller's real processes, killed: the guard brings it back, and a sweep clears up after both."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from afs_engine.runs.cloud.ending import look_for_leftovers, stop_rented_run, sweep_cloud
from afs_engine.runs.cloud.request import RunFiles
from afs_engine.runs.cloud.session import CloudSession, open_session
from afs_engine.runs.cloud.train import RentTerms, start_rented
from afs_engine.stages.cloud.double.http_server import serving
from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.world import World
from afs_engine.stages.cloud.money.budget import Caps
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.rental.pace import Pace
from afs_engine.stages.training.settings import TrainJob, TrainSettings
from tests.cloud.rented_shell import wait_until
from tests.program import write_rows

QUICK = Pace(poll=0.2, look=0.1, create_span=0.5, gone_span=0.5, unreachable_limit=300.0)
TERMS = RentTerms(
    JobNeed(20.0, 40.0, 0.1, 1.0, min_cuda=12.0), Caps(5_000_000, 5_000_000, 5_000_000), "python:3.11"
)


@pytest.fixture
def world() -> World:
    return World(time.time, seconds_to_load=(0.1, 0.2), offers=60)


@pytest.fixture
def session(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudSession]:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VAST_API_KEY", "some-key-12345")
    with serving(RestDouble(world, key="some-key-12345")) as url:
        monkeypatch.setenv("VAST_URL", url)
        yield open_session(pace=QUICK)
        for process in _processes(tmp_path):
            process.kill()


def _start(session: CloudSession, world: World, folder: Path) -> RunFiles:
    """A run whose machine runs, but where nobody can log in."""
    rows = write_rows(folder / "train.jsonl", [{"instruction": "a", "output": "b"}])
    job = TrainJob(name="majora", settings=TrainSettings(), train_file=rows, output_dir=folder / "adapter")
    files = start_rented(session, job, TERMS)
    wait_until(lambda: any(each.state == "rented" for each in session.rentals()), 60)
    wait_until(lambda: any(each.status == "running" for each in world.alive()), 60)
    return files


def _processes(folder: Path) -> list[psutil.Process]:
    """The guard and the controller, the guard first."""
    found = [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(folder) in part for part in process.info["cmdline"] or [])
    ]
    return sorted(found, key=lambda process: process.create_time())


def test_a_killed_controller_is_brought_back_and_goes_on(
    session: CloudSession, world: World, tmp_path: Path
) -> None:
    files = _start(session, world, tmp_path)
    guard, controller = _processes(tmp_path)
    controller.kill()
    wait_until(lambda: b"going on with the machine" in files.events.read_bytes(), 60)
    assert guard.is_running()
    (rental,) = stop_rented_run(session, files, lambda text: None)
    assert rental.state == "closed"
    assert world.alive() == []
    assert len(world.machines) == 1


def test_a_sweep_clears_up_after_guard_and_controller(
    session: CloudSession, world: World, tmp_path: Path
) -> None:
    files = _start(session, world, tmp_path)
    assert not look_for_leftovers(session).has_work  # a living run is left alone
    for process in _processes(tmp_path):
        process.kill()
    wait_until(lambda: not files.is_alive(), 60)
    plan = look_for_leftovers(session)
    assert plan.dead_runs == (files.folder.name,)
    sweep_cloud(session, plan, lambda text: None)
    assert world.alive() == []
    assert [each.state for each in session.rentals()] == ["closed"]
