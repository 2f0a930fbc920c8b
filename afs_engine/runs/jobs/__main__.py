"""The process of a detached run: `python -m afs_engine.runs.jobs WORKSPACE JOB JOURNAL_DESCRIPTOR`.

Forks twice: who started it gets its process back at once, and what is left is a keeper, which only
waits, and the run itself. So a run that is killed by a signal has a witness. Prints to the job's raw log.
"""

import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType


def main(argv: list[str]) -> int:
    root, job_id, descriptor = Path(argv[1]), argv[2], int(argv[3])
    if os.fork():
        return 0
    run = os.fork()
    if run == 0:
        return _work(root, job_id, descriptor)
    _keep(root, job_id, run)
    return 0


def _keep(root: Path, job_id: str, run: int) -> None:
    """Waits for the run and writes down how its process ended. Light until then."""
    _, status = os.waitpid(run, 0)
    import time

    from afs_engine.runs.jobs.record import JobEnd, job_files
    from afs_engine.runs.workspace import Workspace
    from afs_engine.worker.oom_kills import count_oom_kills

    code = os.waitstatus_to_exitcode(status)
    end = JobEnd(exit_code=code, ended_at=time.time(), oom_kills=count_oom_kills())
    job_files(Workspace(root), job_id).write_end(end)


def _work(root: Path, job_id: str, descriptor: int) -> int:
    """The run; its events go to its journal, whose lock came with `descriptor`."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    from afs_engine.errors import EXIT_FAILED, AfsError
    from afs_engine.runs.claim import ClaimedRun
    from afs_engine.runs.jobs.record import find_record, job_files
    from afs_engine.runs.recipe_file import load_recipe
    from afs_engine.runs.run_folder import RunFolder
    from afs_engine.runs.runner import run_claimed
    from afs_engine.runs.workspace import Workspace

    workspace = Workspace(root)
    try:
        job_files(workspace, job_id).write_pid(os.getpid())
        record = find_record(workspace, job_id)
        recipe = load_recipe(record.folder / "recipe.toml")  # as it was when the job was started
        folder = RunFolder(record.folder, record.resumed)
        journal = os.fdopen(descriptor, "ab")
        run_claimed(ClaimedRun(recipe, record.recipe or root, folder, journal, record.until), [])
    except AfsError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    except Exception:  # noqa: BLE001 - the border: the traceback belongs to the raw log
        traceback.print_exc()
        return EXIT_FAILED
    return 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """A polite kill: what is finished is kept."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv))
