"""`training train`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.training.train_flags import read_settings, train_flags
from afs_engine.data.counted import counted


@click.command("train")
@click.option("--model-name", default="model", show_default=True, help="The name of what is trained.")
@click.option("--data", type=FILE, required=True, help="The training file.")
@click.option(
    "--val-data", type=FILE, help="The validation file. [default: val.jsonl beside the training file]"
)
@click.option("--output", type=FILE, required=True, help="The folder for the adapter.")
@train_flags
@json_option
@click.pass_context
def command(
    context: click.Context,
    /,
    model_name: str,
    data: Path,
    val_data: Path | None,
    output: Path,
    as_json: bool,
    **flags: object,
) -> None:
    """Trains a LoRA adapter; progress is in OUTPUT/training.log. The same command resumes a stopped run."""
    from afs_engine.cli.hangup import outlive_terminal
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.files.train import train_file

    settings = read_settings(context, flags)
    with watch_events() as watch:
        show = outlive_terminal(watch)
        result = train_file(model_name, settings, data, val_data, output, show)
    losses = f"loss {result.train_loss_first:.3f} -> {result.train_loss_last:.3f}"
    lines = [
        f"trained {model_name}: {counted(result.steps, 'step')}, {losses}",
        f"adapter: {output}",
        f"log:     {output / 'training.log'}",
    ]
    print_result(result, lines, as_json=as_json)
