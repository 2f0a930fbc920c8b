"""`context discover`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option, narrate, print_result
from afs_engine.cli.sources_table import source_lines


@click.command("discover")
@click.option(
    "--path", type=FILE, help="Look in this folder instead of the home folder, and for source trees below it."
)
@json_option
def command(path: Path | None, as_json: bool) -> None:
    """Finds sources on this machine: where, how many sessions and turns, and what an export would give."""
    from afs_engine.runs.discover import discover_sources

    found = discover_sources(path)
    if not found.sources:
        narrate(f"nothing found under {found.home}; the sources of a recipe can also name their folders")
    print_result(found, source_lines(found.sources), as_json=as_json)
