"""End to end on this machine: the stand-in's REST, a real sshd as the rented machine, a real training."""

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from afs_engine.data.digest import sha256_file
from afs_engine.events import AnyEvent, CostTick, MetricPoint, RentalChanged
from afs_engine.runs.cloud.session import CloudSession, open_session
from afs_engine.runs.cloud.train import RentTerms, train_rented
from afs_engine.stages.cloud.double.http_server import serving
from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.world import World
from afs_engine.stages.cloud.money.budget import Caps
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.cloud.rental.pace import Pace
from afs_engine.stages.training.settings import TrainJob, TrainSettings
from tests.cloud.rented_machine import Machines, find_sshd
from tests.program import write_rows

CANARY = "canary-7f3a9c1e5b2d4860-key"
SSHD = find_sshd()
QUICK = Pace(poll=0.5, look=0.3, create_span=2.0, gone_span=1.5, unreachable_limit=60.0)
USD = 1_000_000


@dataclass
class Place:
    """The stand-in, its machines, and a person's session."""

    world: World
    double: RestDouble
    machines: Machines
    session: CloudSession
    folder: Path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    if SSHD is None:
        pytest.skip("no sshd here: install openssh-server, or name one in AFS_TEST_SSHD")
    world = World(time.time, seconds_to_load=(0.5, 1.0), offers=60)
    double = RestDouble(world, key=CANARY)
    machines = Machines(double, tmp_path, SSHD)
    world.on_start, world.on_destroy = machines.start, machines.stop
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    monkeypatch.setenv("VAST_API_KEY", CANARY)
    with serving(double) as url:
        monkeypatch.setenv("VAST_URL", url)
        yield Place(world, double, machines, open_session(pace=QUICK), tmp_path)
        _end_controllers(tmp_path)
        machines.stop_all()


def _end_controllers(folder: Path) -> None:
    """Of a test that failed: a controller outlives who started it."""
    for process in psutil.process_iter(["cmdline"]):
        if "afs_engine.runs.cloud" in " ".join(process.info["cmdline"] or []) and any(
            str(folder) in part for part in process.info["cmdline"]
        ):
            process.kill()


def _job(folder: Path) -> TrainJob:
    rows = [{"instruction": f"What is {n} plus {n}?", "output": f"It is {2 * n}."} for n in range(24)]
    return TrainJob(
        name="majora",
        settings=TrainSettings(epochs=1, batch_size=8, max_length=64, lora_r=4, save_steps=1),
        train_file=write_rows(folder / "train.jsonl", rows),
        val_file=write_rows(folder / "val.jsonl", rows[:4]),
        output_dir=folder / "adapter",
    )


def _terms(usd: float = 5.0) -> RentTerms:
    need = JobNeed(20.0, 40.0, 0.1, 1.0, min_cuda=12.0, image_gb=0.1, packages_gb=0.1)
    return RentTerms(need, Caps(int(usd * USD), int(usd * USD), int(usd * USD)), "python:3.11")


def test_up_train_home_and_gone(place: Place) -> None:
    events: list[AnyEvent] = []
    looks: list[int] = []

    def watch(event: AnyEvent) -> None:
        events.append(event)
        if isinstance(event, MetricPoint | RentalChanged) and len(looks) < 6:
            looks.append(_look_for_canary_in_processes())

    job = _job(place.folder / "work")
    result = train_rented(place.session, job, _terms(), watch)

    assert result.steps == 3
    for name, digest in result.digests.items():
        assert sha256_file(job.output_dir / name) == digest
    assert any(isinstance(event, MetricPoint) and event.name == "train_loss" for event in events)
    states = [event.state for event in events if isinstance(event, RentalChanged)]
    assert states == ["creating", "rented", "destroying", "closed"]
    (machine,) = place.world.machines.values()
    assert machine.destroyed_at is not None
    (rental,) = place.session.rentals()
    assert rental.meter.metered_usd == pytest.approx(machine.invoice_usd, rel=0.02)
    assert rental.charged >= machine.invoice_usd * USD
    assert any(isinstance(event, CostTick) and event.at_most_usd > 0 for event in events)
    assert sum(request.method == "PUT" for request in place.double.requests) == 1
    assert len(looks) == 6
    assert max(looks) > 2  # the controller, its guard, and the ssh client or the worker were looked at
    _assert_canary_in_no_file(place)


def _assert_canary_in_no_file(place: Place) -> None:
    """Nor on the rented machine's disk, which lies beside the person's."""
    for path in place.folder.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    state = place.session.home.state
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in state.rglob("*.json"))


def _look_for_canary_in_processes() -> int:
    """Arguments and environments of every process but ours; gives how many of them are of the cloud."""
    ours = 0
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            seen = " ".join(process.cmdline()) + str(process.environ())
        except psutil.Error:
            continue
        assert CANARY not in seen
        ours += ".afs-rental" in seen or "afs_engine" in seen or "ssh_key" in seen
    return ours


def test_a_machine_without_its_switch_gets_no_data(place: Place) -> None:
    place.machines.run_start_script = False
    limited = replace(QUICK, unreachable_limit=2.0)
    session = replace(place.session, pace=limited)
    with pytest.raises(Exception, match=r"gave up|no offer"):
        train_rented(session, _job(place.folder / "work"), _terms(), lambda event: None)
    assert not list(place.folder.glob("machine-*/.afs-rental/job/*"))
    assert not place.world.alive()
