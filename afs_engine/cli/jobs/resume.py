"""`jobs resume`."""

from pathlib import Path

import click

from afs_engine.cli.jobs.options import job_argument, path_option
from afs_engine.cli.jobs.words import job_lines
from afs_engine.cli.output import json_option, print_result


@click.command("resume")
@job_argument
@path_option
@json_option
def command(job_id: str, path: Path, as_json: bool) -> None:
    """Lets a paused JOB go on, or starts its run again in the background.

    Finished stages and checkpoints are taken up.
    """
    from afs_engine.runs.jobs.start import resume_job

    job = resume_job(path, job_id)
    print_result(job, [*job_lines(job), f"watch it: afs jobs attach {job.id}"], as_json=as_json)
