"""Whatever fails and whenever the controller is killed: nothing of ours lives on, the cap holds."""

from dataclasses import replace
from pathlib import Path

import pytest

from afs_engine.stages.cloud.double.faults import FaultPlan
from tests.cloud.schedules import Schedule, draw_schedule, play

# every tenth of the seeds that the soak plays; each file plays a part, so that cores share the work
SEEDS = range(0, 2_000, 10)


@pytest.mark.parametrize("part", range(4))
def test_seeded_schedules(part: int, tmp_path: Path) -> None:
    for seed in SEEDS[part::4]:
        folder = tmp_path / str(seed)
        folder.mkdir()
        play(draw_schedule(seed), folder).check()


def test_undisturbed_run_finishes_with_one_order(tmp_path: Path) -> None:
    result = play(Schedule(FaultPlan(seed=1)), tmp_path)
    result.check()
    assert result.finished
    assert (result.creates, result.machines) == (1, 1)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, 40))
def test_killed_at_every_call_of_the_start(call: int, after: bool, tmp_path: Path) -> None:
    """From the first look at the account to the first steps of the job, before and after each call."""
    schedule = Schedule(FaultPlan(seed=2), train_seconds=300.0, kills=((call, after, 30.0),))
    result = play(schedule, tmp_path)
    result.check()
    assert result.finished, result.error
    assert result.machines == 1  # the restart adopts what there is


def test_nobody_comes_back_after_the_kill(tmp_path: Path) -> None:
    """The dead-man switch alone ends it, at the lease's end."""
    schedule = Schedule(FaultPlan(seed=3), train_seconds=9_000.0, max_hours=4.0, kills=((40, False, -1.0),))
    result = play(schedule, tmp_path)
    result.check()
    assert result.spent_usd < result.cap_usd / 4


def test_answers_of_orders_are_lost_and_lists_lag(tmp_path: Path) -> None:
    for seed in range(12):
        folder = tmp_path / str(seed)
        folder.mkdir()
        faults = FaultPlan(seed=seed, request_faults=0.5, lists_lag=1.0)
        result = play(Schedule(faults, train_seconds=300.0, foreign=40), folder)
        result.check()


def test_outbid_goes_on_elsewhere(tmp_path: Path) -> None:
    schedule = Schedule(
        FaultPlan(seed=5, outbid=1.0), interruptible=True, train_seconds=5_400.0, max_hours=4.0, cap_usd=50.0
    )
    result = play(schedule, tmp_path)
    result.check()
    assert result.machines > 1


def test_the_wall_clock_jumps(tmp_path: Path) -> None:
    """A day forward or back between two controllers changes neither the deadline nor the cost."""
    base = Schedule(FaultPlan(seed=6), kills=((60, False, 30.0),))
    expected = play(base, _made(tmp_path / "0"))
    for shift in (86_400.0, -86_400.0):
        result = play(replace(base, wall_shift=shift), _made(tmp_path / str(shift)))
        result.check()
        assert result.finished
        assert result.spent_usd == pytest.approx(expected.spent_usd, rel=0.01)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
