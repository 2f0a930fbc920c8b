"""`training registry-note`."""

from pathlib import Path

import click

from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option


@click.command("registry-note")
@click.argument("label", metavar="NAME[@VERSION]")
@click.argument("text")
@registry_option
@json_option
def command(label: str, text: str, registry: Path | None, as_json: bool) -> None:
    """Adds a note to an experiment, below those that are there."""
    from afs_engine.runs.files.register import note_experiment

    changed = note_experiment(registry, label, text)
    print_result(changed, [changed.label, *changed.notes.splitlines()], as_json=as_json)
