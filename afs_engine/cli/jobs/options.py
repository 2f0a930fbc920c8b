"""What the `jobs` commands have in common: which workspace, which job."""

import click

from afs_engine.cli.options import FILE

path_option = click.option(
    "--path", type=FILE, default=".", show_default=True, help="The workspace, or a folder in it."
)
job_argument = click.argument("job_id", metavar="JOB")
