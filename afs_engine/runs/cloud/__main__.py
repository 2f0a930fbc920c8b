"""The controller's process: `python -m afs_engine.runs.cloud RUN_FOLDER`, the key on stdin.

Two processes: a guard, which only waits, and the controller itself. A controller that dies without a
word is started again by the guard, and takes up what the ledger says. Events go to the run's folder.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from afs_engine.errors import AfsError, BudgetError
from afs_engine.events import AnyEvent
from afs_engine.runs.cloud.request import RentRequest, RunEnd, RunFiles
from afs_engine.stages.cloud.instance.job_folder import JobFolder
from afs_engine.stages.cloud.instance.ssh_machine import SshMachine
from afs_engine.stages.cloud.ledger.home import find_home, open_ledger
from afs_engine.stages.cloud.rental.clock import SystemClock
from afs_engine.stages.cloud.rental.controller import Controller
from afs_engine.stages.cloud.rental.plan import RentalPlan
from afs_engine.stages.cloud.vast.client import VastProvider
from afs_engine.stages.cloud.vast.transport import HttpTransport

_RESTARTS = 50
_RESTART_SECONDS = 5.0


def main(argv: list[str]) -> int:
    """Guards the run until it has ended; the exit code is the controller's."""
    files = RunFiles(Path(argv[1]))
    key = sys.stdin.readline().strip()
    lock = files.take_lock()
    if lock is None:
        return 0  # another one is at work
    with lock:
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # `cloud down` ends a run, not a closed terminal
        for _ in range(_RESTARTS):
            child = os.fork()
            if child == 0:
                os._exit(_control(files, key))
            _, status = os.waitpid(child, 0)
            if os.WIFEXITED(status):
                return os.WEXITSTATUS(status)
            time.sleep(_RESTART_SECONDS)
    return 1


def _control(files: RunFiles, key: str) -> int:
    try:
        request = files.read_request()
        if request is None:
            raise AfsError("the run's request can't be read", where=files.request)
        with files.events.open("ab", buffering=0) as events:
            _run(files, request, key, lambda event: _write(events, event))
    except AfsError as error:
        files.write_end(RunEnd("failed", error.what, error.hint, isinstance(error, BudgetError)))
        return 1
    except Exception as error:  # noqa: BLE001 - the border: the traceback belongs to the log
        traceback.print_exc()
        files.write_end(RunEnd("failed", f"{type(error).__name__}: {error} (a defect of AFS)"))
        return 1
    files.write_end(RunEnd("finished"))
    return 0


def _run(files: RunFiles, request: RentRequest, key: str, emit: Callable[[AnyEvent], None]) -> None:
    clock = SystemClock()
    controller = Controller(
        VastProvider(HttpTransport(request.server_url, key)),
        SshMachine(JobFolder(request.train_job, files.folder), request.server_url, clock, emit),
        open_ledger(find_home()),
        clock,
        emit,
        lambda: uuid4().hex,
        request.pace,
    )
    controller.run(
        RentalPlan(
            run_id=request.run_id,
            name=request.name,
            need=request.need,
            caps=request.caps,
            image=request.image,
            folder=str(files.folder),
            interruptible=request.interruptible,
            should_stop=files.stop.exists,
        )
    )


def _write(file: IO[bytes], event: AnyEvent) -> None:
    stamped = event.model_copy(update={"at": round(time.time(), 3)})
    with suppress(OSError):  # a full disk must not end the watch over a machine that costs money
        file.write(stamped.model_dump_json().encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv))
