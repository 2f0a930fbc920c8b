"""`jobs logs`."""

from pathlib import Path

import click
from pydantic import BaseModel

from afs_engine.cli.jobs.options import job_argument, path_option
from afs_engine.cli.output import json_option, print_result


class _Logs(BaseModel):
    """`events` are what the job told, `output` what its processes printed."""

    job: str
    events: list[str]
    output: list[str]


@click.command("logs")
@job_argument
@path_option
@click.option(
    "--lines", type=click.IntRange(min=1), default=100, show_default=True, help="How many of each at most."
)
@json_option
def command(job_id: str, path: Path, lines: int, as_json: bool) -> None:
    """Shows what JOB told and what its processes printed, the latest last."""
    from afs_engine.runs.jobs.logs import read_logs

    logs = read_logs(path, job_id, lines)
    made = _Logs(job=job_id, events=logs.events, output=logs.output)
    output = ["", f"printed ({logs.output_path}):", *logs.output] if logs.output else []
    print_result(made, [*logs.events, *output], as_json=as_json)
