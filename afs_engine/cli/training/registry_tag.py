"""`training registry-tag`."""

from pathlib import Path

import click

from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.registry_option import registry_option


@click.command("registry-tag")
@click.argument("label", metavar="NAME[@VERSION]")
@click.argument("tags", metavar="TAG...", nargs=-1)
@click.option("--remove", multiple=True, metavar="TAG", help="A tag to take away; may be repeated.")
@registry_option
@json_option
def command(
    label: str, tags: tuple[str, ...], remove: tuple[str, ...], registry: Path | None, as_json: bool
) -> None:
    """Adds tags to an experiment, or takes them away."""
    from afs_engine.runs.files.register import tag_experiment

    if not tags and not remove:
        raise click.UsageError("name a tag to add, or one to --remove")
    changed = tag_experiment(registry, label, list(tags), list(remove))
    print_result(changed, [f"{changed.label}: {', '.join(changed.tags) or 'no tags'}"], as_json=as_json)
