"""`afs-engine init`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE


@click.command("init")
@click.argument("folder", type=FILE)
def command(folder: Path) -> None:
    """Writes a workspace into FOLDER: a commented recipe.toml and small sample data."""
    from afs_engine.runs.init import init_workspace

    recipe = init_workspace(folder)
    click.echo(f"wrote {recipe}")
    click.echo(f"next: afs-engine plan {recipe}")
    click.echo(f"      afs-engine run {recipe}")
