"""`training registry-promote`."""

from pathlib import Path

import click

from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option


@click.command("registry-promote")
@click.argument("label", metavar="NAME@VERSION")
@registry_option
@json_option
def command(label: str, registry: Path | None, as_json: bool) -> None:
    """Makes a version the one in use of its name; NAME alone means its latest."""
    from afs_engine.runs.files.register import promote_experiment

    promoted = promote_experiment(registry, label)
    print_result(promoted, [f"{promoted.label} is in use"], as_json=as_json)
