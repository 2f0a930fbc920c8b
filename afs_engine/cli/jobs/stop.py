"""`jobs stop`."""

from pathlib import Path

import click

from afs_engine.cli.jobs.options import job_argument, path_option
from afs_engine.cli.jobs.words import state_and_place
from afs_engine.cli.output import json_option, print_result
from afs_engine.errors import EXIT_FAILED


@click.command("stop")
@job_argument
@path_option
@json_option
def command(job_id: str, path: Path, as_json: bool) -> int:
    """Stops JOB after it has saved a checkpoint, and waits for that. A second stop ends it at once."""
    from afs_engine.runs.jobs.stop import stop_job

    job = stop_job(path, job_id)
    lines = [state_and_place(job)]
    if job.is_live:
        lines.append("it has not ended yet; the same command again ends it at once")
    elif job.hint:
        lines.append(job.hint)
    print_result(job, lines, as_json=as_json)
    return EXIT_FAILED if job.is_live else 0
