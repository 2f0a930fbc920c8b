"""`training export`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option, print_result


@click.command("export")
@click.option("--model", type=FILE, required=True, help="The adapter's folder.")
@click.option("--merge", is_flag=True, help="Write base and adapter as one model, to --output.")
@click.option("--output", type=FILE, help="The folder for the merged model.")
@click.option("--gguf", type=FILE, help="Write the merged model as this GGUF file; needs llama.cpp.")
@json_option
def command(model: Path, merge: bool, output: Path | None, gguf: Path | None, as_json: bool) -> None:
    """Writes a trained adapter in a form that other tools run, and that the next training can start from."""
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.files.export_model import export_model

    if merge != (output is not None):
        raise click.UsageError("--merge and --output belong together: --merge --output FOLDER")
    with watch_events() as watch:
        made = export_model(model, output, gguf, watch)
    places = {"merged": made.merged, "gguf": made.gguf}
    lines = [f"{name:<8}{place}" for name, place in places.items() if place]
    if made.merged:
        lines.append(f'next: base_model = "{made.merged}" trains on from here')
    print_result(made, lines, as_json=as_json)
