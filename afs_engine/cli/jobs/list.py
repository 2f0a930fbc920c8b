"""`jobs list`."""

from pathlib import Path

import click
from pydantic import BaseModel

from afs_engine.cli.jobs.options import path_option
from afs_engine.cli.jobs.words import age_text, place_text, time_text
from afs_engine.cli.output import json_option, print_result, table
from afs_engine.runs.jobs.state import Job


class _Jobs(BaseModel):
    jobs: list[Job]


@click.command("list")
@path_option
@json_option
def command(path: Path, as_json: bool) -> None:
    """Lists the workspace's jobs, the oldest start first."""
    from afs_engine.runs.jobs.follow import list_jobs

    jobs = list_jobs(path)
    rows = [
        [job.id, job.kind, job.state, place_text(job), age_text(job), time_text(job.started_at)]
        for job in jobs
    ]
    lines = table(["job", "kind", "state", "at", "last event", "started"], rows)
    empty = ["no jobs here yet; `afs-engine run RECIPE --detach` starts one"]
    print_result(_Jobs(jobs=jobs), lines if jobs else empty, as_json=as_json)
