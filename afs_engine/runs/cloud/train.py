"""Training on a rented machine: the same job in, the same events and the same result out as here.

Starts the controller's process, or finds the one that already works on the job, and follows it. The
controller lives on when the follower goes: a closed terminal ends nothing and costs nothing more
than was committed.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from afs_engine.errors import BudgetError, CloudError, InputError, InterruptedRunError, WorkerError
from afs_engine.events import AnyEvent
from afs_engine.runs.cloud.request import RentRequest, RunFiles
from afs_engine.runs.cloud.session import CloudSession
from afs_engine.runs.jobs.event_file import read_events
from afs_engine.stages.cloud.instance.package import pin_packages
from afs_engine.stages.cloud.money.budget import Caps
from afs_engine.stages.cloud.money.job_need import JobNeed
from afs_engine.stages.training.base_check import is_hub_name
from afs_engine.stages.training.results import TrainResult, read_train_result
from afs_engine.stages.training.settings import NANO, TrainJob
from afs_engine.worker.launch import engine_environment

Emit = Callable[[AnyEvent], None]
_POLL_SECONDS = 0.25


@dataclass(frozen=True)
class RentTerms:
    """What may be rented for a training."""

    need: JobNeed
    caps: Caps
    image: str
    interruptible: bool = False


def train_rented(session: CloudSession, job: TrainJob, terms: RentTerms, emit: Emit) -> TrainResult:
    """Trains `job` on a rented machine into its output folder, and returns the result.

    Ctrl-C stops the watching, not the run. Raises BudgetError, CloudError.
    """
    done = read_train_result(job.output_dir)
    if done is not None:
        return done
    files = start_rented(session, job, terms)
    follow_run(files, emit)
    result = read_train_result(job.output_dir)
    if result is None:
        raise WorkerError("the training came home without its result", where=job.output_dir)
    return result


def start_rented(session: CloudSession, job: TrainJob, terms: RentTerms) -> RunFiles:
    """Starts the controller of a run and returns at once; a living run of the same job is taken."""
    _refuse_local_base(job)
    for known in known_runs(session):
        request = known.read_request()
        if request is not None and request.job == _as_text(job) and known.is_alive():
            return known
    pin_packages()  # what is missing for it shows now, not on a machine that costs money
    key = session.key()
    session.ledger()
    run_id = uuid4().hex[:12]
    files = session.run(run_id)
    files.write_request(
        RentRequest(
            run_id=run_id,
            name=job.name,
            job=_as_text(job),
            need=terms.need,
            caps=terms.caps,
            image=terms.image,
            server_url=session.server_url,
            interruptible=terms.interruptible,
            pace=session.pace,
        )
    )
    start_controller(files, key.reveal())
    return files


def start_controller(files: RunFiles, key: str) -> None:
    """The controller's process: in a session of its own, the key by its stdin and nowhere else."""
    with files.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "afs_engine.runs.cloud", str(files.folder)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=engine_environment(),
            start_new_session=True,
        )
    assert process.stdin is not None
    process.stdin.write(f"{key}\n".encode())
    process.stdin.close()
    while process.poll() is None and not files.is_alive() and files.read_end() is None:
        time.sleep(_POLL_SECONDS / 10)


def follow_run(files: RunFiles, emit: Emit, *, from_start: bool = True) -> None:
    """Passes on the run's events until its controller has ended. Raises what the end means."""
    offset = 0 if from_start else (files.events.stat().st_size if files.events.exists() else 0)
    alive = True
    try:
        while alive:
            alive = files.is_alive()
            batch = read_events(files.events, offset)
            offset = batch.offset
            for event in batch.events:
                emit(event)
            if alive and not batch.events:
                time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        raise InterruptedRunError(
            "no longer watching; the rented machine works on",
            hint="`afs cloud attach` watches again, `afs cloud down` ends it",
        ) from None
    _raise_end(files)


def known_runs(session: CloudSession) -> list[RunFiles]:
    """The folders of all runs, oldest first."""
    top = session.home.state / "runs"
    folders = [path for path in top.iterdir() if path.is_dir()] if top.is_dir() else []
    return [RunFiles(path) for path in sorted(folders, key=lambda path: path.stat().st_ctime)]


def _raise_end(files: RunFiles) -> None:
    end = files.read_end()
    if end is None:
        raise CloudError("the controller ended without a word", where=files.log, hint="run `afs cloud sweep`")
    if end.state == "failed":
        kind = BudgetError if end.budget else CloudError
        raise kind(end.what, hint=end.hint)


def _refuse_local_base(job: TrainJob) -> None:
    base = job.settings.base_model
    if base != NANO and not is_hub_name(base):
        raise InputError(
            f"the base model {base} lies in a folder of this machine",
            hint="a rented machine loads its base from the hub: give the hub's name",
        )


def _as_text(job: TrainJob) -> str:
    return job.to_json().decode()
