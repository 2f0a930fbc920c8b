"""A worker that trains on although its run was killed: it is told of, and can be stopped."""

import signal
import subprocess
import sys
from pathlib import Path

from afs_engine import api
from afs_engine.runs.jobs.record import JobRecord, job_files
from afs_engine.runs.workspace import Workspace
from afs_engine.stages.training.settings import TrainJob, TrainSettings
from afs_engine.worker.worker_files import WorkerFiles, WorkerStatus

STAND_IN = """
import fcntl, signal, sys
lock = open(sys.argv[1], "ab")
fcntl.flock(lock, fcntl.LOCK_EX)
print("at work", flush=True)
signal.pause()
"""


def test_the_worker_of_a_killed_run_is_found_and_stopped(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    run, work = workspace.runs / "v1", workspace.work / "train-abc"
    record = JobRecord(id="v1", kind="run", folder=run, events=run / "journal.jsonl", started_at=1.0)
    job_files(workspace, "v1").write_record(record)
    job = TrainJob(name="v1", settings=TrainSettings(), train_file=tmp_path / "t.jsonl", output_dir=work)
    files = WorkerFiles(job.worker_dir)
    files.folder.mkdir(parents=True)
    files.job.write_bytes(job.to_json())
    with subprocess.Popen([sys.executable, "-c", STAND_IN, files.lock], stdout=subprocess.PIPE) as worker:
        assert worker.stdout
        worker.stdout.readline()
        files.write_status(WorkerStatus(state="running", pid=worker.pid))
        (seen,) = api.list_jobs(tmp_path)
        assert (seen.state, seen.pid) == ("killed", None)
        assert seen.reason.endswith("its training goes on without it")
        assert "goes on" not in api.stop_job(tmp_path, "v1").reason
        assert worker.wait() == -signal.SIGTERM
