"""`jobs attach`."""

from pathlib import Path

import click

from afs_engine.cli.jobs.options import job_argument, path_option
from afs_engine.cli.output import narrate
from afs_engine.errors import EXIT_FAILED, EXIT_INTERRUPTED
from afs_engine.runs.jobs.state import Job

_EXIT_CODES = {"finished": 0, "stopped": EXIT_INTERRUPTED}


@click.command("attach")
@job_argument
@path_option
@click.option("--json", "as_json", is_flag=True, help="Print every event as one JSON object a line.")
def command(job_id: str, path: Path, as_json: bool) -> int:
    """Shows JOB live until it ends, and exits as it did. Ctrl-C leaves it running (exit code 130)."""
    from afs_engine.runs.jobs.follow import read_job

    job = read_job(path, job_id)
    try:
        _watch(path, job, as_json)
    except KeyboardInterrupt:
        narrate(f"left; {job_id} runs on. Back: afs jobs attach {job_id}   end it: afs jobs stop {job_id}")
        return EXIT_INTERRUPTED
    ended = read_job(path, job_id)
    narrate(f"{job_id}: {ended.state}" + (f": {ended.reason}" if ended.reason else ""))
    if ended.hint:
        narrate(f"next: {ended.hint}")
    return _EXIT_CODES.get(ended.state, EXIT_FAILED)


def _watch(path: Path, job: Job, as_json: bool) -> None:
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.jobs.follow import follow_events

    if as_json:
        for batch in follow_events(path, job):
            for event in batch.events:
                click.echo(event.model_dump_json())
        return
    with watch_events() as watch:
        for batch in follow_events(path, job):
            for event in batch.events:
                watch(event)
