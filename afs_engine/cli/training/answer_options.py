"""What models answer themselves: a question suite, or some rows of a file."""

import click

from afs_engine.cli.options import FILE

suite_option = click.option(
    "--suite", type=FILE, help="A question suite to measure on, instead of a file; all of it is answered."
)
answers_option = click.option(
    "--answers",
    type=click.IntRange(min=0),
    default=16,
    show_default=True,
    help="Rows of --data that the model answers itself; 0: only losses.",
)
