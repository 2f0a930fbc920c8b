"""`training registry-rollback`."""

from pathlib import Path

import click

from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option


@click.command("registry-rollback")
@click.argument("name")
@registry_option
@json_option
def command(name: str, registry: Path | None, as_json: bool) -> None:
    """Brings back the version that was in use before the last promotion."""
    from afs_engine.runs.files.register import roll_back_experiment

    restored = roll_back_experiment(registry, name)
    print_result(restored, [f"{restored.label} is in use again"], as_json=as_json)
