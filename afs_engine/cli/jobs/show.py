"""`jobs show`."""

from pathlib import Path

import click

from afs_engine.cli.jobs.options import job_argument, path_option
from afs_engine.cli.jobs.words import job_lines
from afs_engine.cli.output import json_option, print_result


@click.command("show")
@job_argument
@path_option
@json_option
def command(job_id: str, path: Path, as_json: bool) -> None:
    """Shows how JOB is, and what to do next where it ended badly."""
    from afs_engine.runs.jobs.follow import read_job

    job = read_job(path, job_id)
    print_result(job, job_lines(job), as_json=as_json)
