"""`jobs pause`."""

from pathlib import Path

import click

from afs_engine.cli.jobs.options import job_argument, path_option
from afs_engine.cli.jobs.words import state_and_place
from afs_engine.cli.output import json_option, print_result


@click.command("pause")
@job_argument
@path_option
@json_option
def command(job_id: str, path: Path, as_json: bool) -> None:
    """Holds JOB where it is: its CPU is free at once, its memory stays taken."""
    from afs_engine.runs.jobs.pause import pause_job

    job = pause_job(path, job_id)
    lines = [state_and_place(job), job.hint]
    print_result(job, [line for line in lines if line], as_json=as_json)
