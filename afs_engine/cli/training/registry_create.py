"""`training registry-create`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE, NAME
from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option


@click.command("registry-create")
@click.option(
    "--name", type=NAME, required=True, help="The experiment's name; a name used again makes a new version."
)
@click.option("--model", "base_model", required=True, help="The base model.")
@click.option("--framework", default="", help="What trains it, e.g. trl, unsloth, mlx.")
@click.option("--dataset", type=FILE, help="The training file; its digest is kept.")
@click.option("--adapter", default="", help="Where the adapter lies.")
@click.option("--parent", default="", help="The earlier version this one builds on.")
@click.option("--tag", "tags", multiple=True, help="A tag; may be repeated.")
@click.option("--notes", default="", help="What a later reader should know.")
@click.option("--ab-test", default="", help="A trial of versions against each other that this one is in.")
@click.option("--ab-arm", default="", help="This version's side in that trial, e.g. A.")
@registry_option
@json_option
def command(
    name: str,
    base_model: str,
    framework: str,
    dataset: Path | None,
    adapter: str,
    parent: str,
    tags: tuple[str, ...],
    notes: str,
    ab_test: str,
    ab_arm: str,
    registry: Path | None,
    as_json: bool,
) -> None:
    """Registers an experiment and prints its name and version."""
    from afs_engine.runs.files.register import register_experiment

    stored = register_experiment(
        registry,
        name=name,
        base_model=base_model,
        framework=framework,
        dataset=dataset,
        adapter=adapter,
        parent=parent,
        tags=list(tags),
        notes=notes,
        ab_test=ab_test,
        ab_arm=ab_arm,
    )
    print_result(stored, [f"registered {stored.label}"], as_json=as_json)
