"""`training registry-list`."""

from pathlib import Path

import click

from afs_engine.cli.output import json_option, narrate, print_result, table
from afs_engine.cli.registry_option import registry_option


@click.command("registry-list")
@click.option("--tag", default="", help="Only experiments with this tag.")
@registry_option
@json_option
def command(tag: str, registry: Path | None, as_json: bool) -> None:
    """Lists registered experiments; a star marks the version in use."""
    from afs_engine.runs.files.register import list_experiments

    found = list_experiments(registry, tag)
    if not found.experiments:
        narrate(f"no experiment is registered in {found.registry}; `afs training registry-create` adds one")
    rows = [
        [
            e.label + (" *" if found.promoted.get(e.name) == e.version else ""),
            e.base_model,
            e.framework,
            "" if e.test_loss is None else f"{e.test_loss:.4f}",
            ",".join(e.tags),
        ]
        for e in found.experiments
    ]
    lines = table(["name", "base model", "framework", "test loss", "tags"], rows) if rows else []
    lines += ["* in use"] if any(row[0].endswith(" *") for row in rows) else []
    print_result(found, lines, as_json=as_json)
