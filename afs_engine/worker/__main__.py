"""The worker process: `python -m afs_engine.worker JOB.json`.

Reads one job, does it, and reports through the files beside the job. It must not print: what it
says is in events and status; stdout and stderr are the packages' own and go to the raw log.
"""

import os
import sys
import time
import traceback
import warnings
from pathlib import Path

from pydantic import ValidationError

from afs_engine.errors import (
    EXIT_FAILED,
    EXIT_OK,
    EXIT_USAGE,
    AfsError,
    InterruptedRunError,
    MissingPartError,
    StorageError,
    WorkerError,
)
from afs_engine.events import AnyEvent
from afs_engine.stages.training.settings import Job, TrainJob, parse_job, steps_of
from afs_engine.worker.death import advise_less_memory
from afs_engine.worker.stop_signals import StopSignals
from afs_engine.worker.worker_files import EXIT_STOPPED, WorkerFault, WorkerFiles, WorkerStatus


def main(argv: list[str]) -> int:
    """Does the job that `argv[1]` names; returns the exit code."""
    try:
        path = Path(argv[1])
        job = parse_job(path.read_bytes())
    except (IndexError, OSError, ValidationError) as error:
        sys.stderr.write(f"usage: python -m afs_engine.worker JOB.json ({error})\n")
        return EXIT_USAGE
    files = WorkerFiles(path.parent)
    lock = files.take_lock()
    if lock is None:
        sys.stderr.write("another worker is at work in this folder\n")
        return EXIT_FAILED
    with lock:
        return _Worker(files).run(job)


class _Worker:
    """One job's life: status, events and exit code."""

    def __init__(self, files: WorkerFiles) -> None:
        self._files = files
        self._say("running", None)
        self._events = files.events.open("wb", buffering=0)
        self._signals = StopSignals(self._die)

    def run(self, job: Job) -> int:
        try:
            self._do(job)
        except InterruptedRunError as error:
            return self._end("stopped", EXIT_STOPPED, error)
        except AfsError as error:
            return self._end("failed", EXIT_FAILED, error)
        except Exception as error:  # noqa: BLE001 - the border: the traceback goes to the raw log
            traceback.print_exc()
            return self._end("failed", EXIT_FAILED, _explain(error, job))
        return self._end("finished", EXIT_OK, None)

    def _do(self, job: Job) -> None:
        # Only now may numpy and torch be imported: the threads they start must find the number of
        # threads in the environment, and the stop signals blocked.
        steps = steps_of(job)
        _set_environment(max(step.threads_wanted for step in steps))
        from afs_engine.worker.work import Work, may_ask_hub

        if not any(map(may_ask_hub, steps)):
            os.environ["HF_HUB_OFFLINE"] = "1"
        Work(self._emit, self._signals.should_stop).do(job)

    def _emit(self, event: AnyEvent) -> None:
        stamped = event.model_copy(update={"at": time.time()})
        self._events.write(stamped.model_dump_json().encode() + b"\n")

    def _end(self, state: str, code: int, error: AfsError | None) -> int:
        self._say(state, WorkerFault.of(error) if error else None, code)
        return code

    def _say(self, state: str, fault: WorkerFault | None, code: int | None = None) -> None:
        status = {"state": state, "pid": os.getpid(), "exit_code": code, "fault": fault}
        self._files.write_status(WorkerStatus.model_validate(status))

    def _die(self) -> None:
        """Ends the process at once; called by the signal thread."""
        error = InterruptedRunError("the work was stopped", hint="run the same command again to go on")
        os._exit(self._end("stopped", EXIT_STOPPED, error))


def _set_environment(threads_wanted: int) -> None:
    """What must stand before torch and its friends are imported."""
    threads = str(threads_wanted)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = threads
    warnings.simplefilter("ignore", FutureWarning)  # else they are the last words of a killed worker
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "0")  # trl refuses to use several in one process


def _explain(error: Exception, job: Job) -> AfsError:
    """An unforeseen error in one line; missing packages, memory and disk are told from the rest."""
    if isinstance(error, ImportError):
        return MissingPartError(f"training needs {error.name or error}", hint="pip install 'afs[train]'")
    reason = str(error).strip().partition("\n")[0] or "no reason given"
    memory = isinstance(error, MemoryError) or "out of memory" in reason or "can't allocate memory" in reason
    if memory:
        return WorkerError(f"memory ran out: {reason}", hint=_less_memory(job))
    if isinstance(error, OSError) or "(os error " in reason:  # as safetensors words the disk's refusals
        return StorageError(f"the disk refused: {reason}", hint="check its space, then run the command again")
    return WorkerError(f"{type(error).__name__}: {reason}", hint="the worker's raw log has the traceback")


def _less_memory(job: Job) -> str:
    return advise_less_memory(job.settings if isinstance(job, TrainJob) else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
