"""Whatever fails and whenever the controller is killed: nothing of ours lives on, the cap holds."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from afs_engine.errors import CloudError, StorageError
from afs_engine.stages.cloud.double.faults import FaultPlan
from afs_engine.stages.cloud.ledger.ledger import Ledger
from tests.cloud.schedules import Schedule, Stage, draw_schedule, play

# every tenth of the seeds that the soak plays; each file plays a part, so that cores share the work
SEEDS = range(0, 2_000, 10)
_IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory where there is such a folder: kills are simulated here, and real commits wait for a disk."""
    folder = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with TemporaryDirectory(dir=folder) as made:
        yield Path(made)


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


@pytest.mark.parametrize("call", range(1, 41))
def test_killed_before_every_call_of_a_run(call: int, tmp_path: Path) -> None:
    """From the first look at the account to the proof that the machine is gone."""
    schedule = Schedule(FaultPlan(seed=2), train_seconds=300.0, foreign=0, kills=((call, False, 30.0),))
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


def test_success_and_an_empty_list_are_no_proof(tmp_path: Path) -> None:
    """The destruction is said to have worked, nothing shows the machine for a minute, and it lives."""
    for seed in range(15):
        faults = FaultPlan(seed=seed, lying_destroy=0.6, lists_lag=1.0)
        play(Schedule(faults, train_seconds=300.0, foreign=0), _made(tmp_path / str(seed))).check()


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


def test_a_price_that_triples_does_not_pass_the_cap(tmp_path: Path) -> None:
    """The money stop comes before the deadline when the machine got dearer than it was."""
    for seed in range(6):
        faults = FaultPlan(seed=seed, price_rise=1.0, price_factor=3.0)
        schedule = Schedule(faults, cap_usd=0.8, train_seconds=300.0, max_hours=12.0, foreign=0)
        stage = Stage(schedule, _made(tmp_path / str(seed)))
        stage.job.seconds = 1e9  # it hangs
        with pytest.raises(CloudError, match=r"budget .* was reached"):
            stage.controller().run(stage.plan)
        assert sum(each.invoice_usd for each in stage.ours()) <= 0.8


def test_an_account_without_credit_is_asked_once(tmp_path: Path) -> None:
    stage = Stage(Schedule(FaultPlan(seed=1)), tmp_path)
    stage.world.credit_usd = 0.0
    stage.world.auto_billing = True
    with pytest.raises(CloudError, match="lacks credit"):
        stage.controller().run(stage.plan)
    assert sum(request.method == "PUT" for request in stage.double.requests) == 1
    assert stage.ledger.holdings("run", stage.clock.now).run.total == 0
    warnings = [each.text for each in stage.events if getattr(each, "level", "") == "warning"]
    assert any("automatic billing" in text for text in warnings)
    assert any("the worst case is" in text for text in warnings)


def test_a_gpu_that_does_nothing_is_given_back(tmp_path: Path) -> None:
    """The idle rule comes on top of the deadline: a hanging job does not cost the whole time limit."""
    stage = Stage(Schedule(FaultPlan(seed=8), train_seconds=90_000.0, max_hours=12.0), tmp_path)
    stage.world.on_start = lambda machine: machine.facts.update(gpu_util=0.0)
    with pytest.raises(CloudError, match="the GPU did nothing"):
        stage.controller().run(stage.plan)
    (machine,) = stage.ours()
    assert machine.destroyed_at - machine.created_at < 3_600


def test_a_full_disk_does_not_keep_a_machine_alive(tmp_path: Path) -> None:
    """The ledger can't be written any more from some call on; the machine is destroyed all the same."""
    for call in range(2, 9):
        stage = Stage(Schedule(FaultPlan(seed=9), foreign=0), _made(tmp_path / str(call)))
        full = _FullDisk(stage.ledger, call)
        controller = stage.controller()
        controller._ledger = full  # type: ignore[assignment]
        controller._metering._ledger = full  # type: ignore[assignment]
        with pytest.raises(StorageError):
            controller.run(stage.plan)
        assert all(each.destroyed_at is not None for each in stage.ours())


class _FullDisk:
    """A ledger that takes some writes and then no more."""

    def __init__(self, ledger: Ledger, writes: int) -> None:
        self._ledger = ledger
        self._left = writes

    def __getattr__(self, name: str) -> object:
        found = getattr(self._ledger, name)
        if name not in ("admit", "change", "count", "set_state"):
            return found

        def write(*args: object, **more: object) -> object:
            self._left -= 1
            if self._left < 0:
                raise StorageError("no space left on device")
            return found(*args, **more)

        return write


# Schedules that once broke an invariant, by what went wrong.


def test_past_failure_result_fetched_twice_was_not_on_the_meter(tmp_path: Path) -> None:
    """Traffic between the last look and the destruction: the ledger held less than the invoice."""
    schedule = Schedule(FaultPlan(seed=2), train_seconds=300.0, kills=((35, False, 30.0),))
    play(schedule, tmp_path).check()


def test_past_failure_price_rose_while_the_provider_failed(tmp_path: Path) -> None:
    """Polls that failed were counted at the old price, also when the next one showed a new one."""
    for seed in range(12):
        faults = FaultPlan(seed=seed, request_faults=0.5, price_rise=1.0, price_factor=3.0)
        play(Schedule(faults, train_seconds=1_800.0, foreign=0), _made(tmp_path / str(seed))).check()


def test_past_failure_finished_job_was_rented_again(tmp_path: Path) -> None:
    """Killed between the end of the job and the proof: the next controller rented a second machine."""
    for call in range(30, 40):
        schedule = Schedule(FaultPlan(seed=2), train_seconds=300.0, kills=((call, True, 30.0),))
        result = play(schedule, _made(tmp_path / str(call)))
        result.check()
        assert result.machines == 1


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
