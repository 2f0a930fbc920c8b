"""`cloud export`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option


@click.command("export")
@click.option("--to", "tool", type=click.Choice(["skypilot"]), required=True, help="The tool to write for.")
@click.option("--recipe", type=FILE, default="recipe.toml", show_default=True, help="The recipe to train.")
@click.option("--model", help="The name of what is trained. [default: the recipe's]")
@click.option("--output", type=FILE, default="skypilot.yaml", show_default=True, help="The file to write.")
@json_option
def command(tool: str, recipe: Path, model: str | None, output: Path, as_json: bool) -> None:
    """Writes a task file that runs the recipe on the clouds of another tool."""
    from afs_engine.cli.cloud.words import print_record
    from afs_engine.runs.cloud.skypilot import export_task

    written = export_task(recipe, model, output)
    lines = [f"wrote {written.task} and {written.program}", f"start it: sky launch {written.task}"]
    print_record(written, lines, as_json=as_json)
