"""How a job is, from its events, its process and how that ended."""

from pathlib import Path

import pytest

from afs_engine.events import AnyEvent, Progress, RunFailed, RunFinished, StageStarted
from afs_engine.runs.jobs.record import JobEnd, JobRecord, choose_id, find_record, job_files, read_records
from afs_engine.runs.jobs.state import STALLED_AFTER_SECONDS, judge_run, judge_training, observe
from afs_engine.runs.workspace import Workspace
from afs_engine.worker.worker_files import WorkerFault, WorkerStatus

WORKING: list[AnyEvent] = [StageStarted(stage="train"), Progress(stage="train", done=3, total=9)]
RECORD = JobRecord(
    id="v2", kind="run", folder=Path("v2"), events=Path("v2/journal.jsonl"), started_at=100.0, oom_kills=5
)


@pytest.mark.parametrize(
    ("alive", "events", "age", "state"),
    [
        (True, [], 1.0, "starting"),
        (True, [], STALLED_AFTER_SECONDS, "stalled"),
        (True, WORKING, 1.0, "running"),
        (True, WORKING, STALLED_AFTER_SECONDS, "stalled"),
        (True, [*WORKING, RunFinished(run_dir="", stages={}, digests={})], 1.0, "finished"),
        (False, [*WORKING, RunFinished(run_dir="", stages={}, digests={})], 9e9, "finished"),
        (False, [*WORKING, RunFailed(error="e (h)", hint="h", exit_code=130)], 1.0, "stopped"),
        (False, [*WORKING, RunFailed(error="e (h)", hint="h")], 1.0, "failed"),
        (False, WORKING, 1.0, "killed"),
    ],
)
def test_a_run_is_what_its_last_event_says_or_its_process(
    alive: bool, events: list[AnyEvent], age: float, state: str
) -> None:
    assert judge_run(alive, events, None, RECORD, age).state == state


def test_a_failure_keeps_reason_and_hint_apart() -> None:
    verdict = judge_run(False, [RunFailed(error="it broke (mend it)", hint="mend it")], None, RECORD, 1.0)
    assert (verdict.reason, verdict.hint) == ("it broke", "mend it")


@pytest.mark.parametrize(
    ("end", "state", "reason"),
    [
        (None, "killed", "its process is gone and left no word"),
        (JobEnd(exit_code=-9, ended_at=1, oom_kills=6), "killed", "the kernel ran out of memory"),
        (JobEnd(exit_code=-9, ended_at=1, oom_kills=5), "killed", "a person or a program sent it"),
        (JobEnd(exit_code=-11, ended_at=1), "killed", "SIGSEGV"),
        (JobEnd(exit_code=1, ended_at=1), "failed", "ended without a result"),
    ],
)
def test_a_silent_end_is_told_by_its_witness(end: JobEnd | None, state: str, reason: str) -> None:
    verdict = judge_run(False, WORKING, end, RECORD, 1.0)
    assert verdict.state == state
    assert reason in verdict.reason
    assert verdict.hint


def test_a_training_is_what_its_worker_said() -> None:
    def status(state: str) -> WorkerStatus:
        fault = WorkerFault(kind="WorkerError", what="memory ran out", hint="less")
        return WorkerStatus.model_validate({"state": state, "pid": 1, "fault": fault})

    assert judge_training(True, status("running"), True, 1.0).state == "running"
    assert judge_training(True, None, False, 1.0).state == "starting"
    assert judge_training(False, status("running"), True, 1.0).state == "killed"
    assert judge_training(False, status("killed"), True, 1.0).reason == "memory ran out"
    assert judge_training(False, None, False, 1.0).state == "failed"
    for state in ("finished", "failed", "stopped"):
        assert judge_training(False, status(state), True, 1.0).state == state


def test_the_age_of_the_last_event_is_told_while_it_lives(tmp_path: Path) -> None:
    from afs_engine.runs.journal import Journal

    workspace = Workspace(tmp_path)
    record = RECORD.model_copy(update={"events": tmp_path / "journal.jsonl"})
    job_files(workspace, "v2").write_record(record)
    with Journal(record.events, [], clock=lambda: 200.0) as journal:
        journal.record(WORKING[1])
        job = observe(workspace, record, clock=lambda: 230.0)
        assert (job.state, job.last_event_age_seconds) == ("running", 30.0)
        assert (job.stage, job.done, job.total) == ("train", 3, 9)
        assert observe(workspace, record, clock=lambda: 330.0).state == "stalled"
    gone = observe(workspace, record, clock=lambda: 230.0)
    assert (gone.state, gone.pid, gone.last_event_age_seconds) == ("killed", None, None)


def test_ids_are_folder_names_with_a_number_where_two_meet(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for number, folder in enumerate([tmp_path / "a/v2", tmp_path / "b/v2", tmp_path / "a/v2"]):
        job_id = choose_id(workspace, folder)
        update = {"id": job_id, "folder": folder, "started_at": float(number)}
        job_files(workspace, job_id).write_record(RECORD.model_copy(update=update))
    assert [record.id for record in read_records(workspace)] == ["v2-2", "v2"]  # v2 was started again
    assert choose_id(workspace, tmp_path / "models" / "..") == tmp_path.name
    with pytest.raises(Exception, match=r"no job 'v2-3'.*did you mean 'v2-2'"):
        find_record(workspace, "v2-3")
    with pytest.raises(Exception, match=r"no job '\.\./\.\./x'"):
        find_record(workspace, "../../x")
