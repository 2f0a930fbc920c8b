"""`training train`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE
from afs_engine.cli.output import json_option, print_result


@click.command("train")
@click.option("--model-name", default="model", show_default=True, help="The name of what is trained.")
@click.option(
    "--base-model",
    default="nano",
    show_default=True,
    help="`nano` (built on the spot), a folder, or a hub name.",
)
@click.option(
    "--backend",
    type=click.Choice(["auto", "trl", "unsloth", "mlx"]),
    default="auto",
    show_default=True,
    help="What trains; `auto` takes what the machine has.",
)
@click.option("--environment", help="The Python that trains: a name from `doctor`, or an interpreter's path.")
@click.option("--data", type=FILE, required=True, help="The training file.")
@click.option(
    "--val-data", type=FILE, help="The validation file. [default: val.jsonl beside the training file]"
)
@click.option("--output", type=FILE, required=True, help="The folder for the adapter.")
@click.option(
    "--epochs", type=click.IntRange(min=1), default=2, show_default=True, help="Passes over the data."
)
@click.option("--batch-size", type=click.IntRange(min=1), default=4, show_default=True, help="Rows a step.")
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    help="The peak learning rate. [default: what suits the base]",
)
@click.option(
    "--gradient-accumulation-steps",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Batches an optimizer step.",
)
@click.option(
    "--max-length", type=click.IntRange(min=8), default=1024, show_default=True, help="Tokens a row."
)
@click.option(
    "--seed",
    type=click.IntRange(min=0, max=2**32 - 1),
    default=42,
    show_default=True,
    help="Decides order and initial weights.",
)
@json_option
def command(
    model_name: str, data: Path, val_data: Path | None, output: Path, as_json: bool, **settings: object
) -> None:
    """Trains a LoRA adapter; progress is in OUTPUT/training.log. The same command resumes a stopped run."""
    from afs_engine.cli.hangup import outlive_terminal
    from afs_engine.cli.progress import watch_events
    from afs_engine.runs.files.train import train_file
    from afs_engine.stages.training.settings import TrainSettings

    with watch_events() as watch:
        show = outlive_terminal(watch)
        result = train_file(model_name, TrainSettings.model_validate(settings), data, val_data, output, show)
    losses = f"loss {result.train_loss_first:.3f} -> {result.train_loss_last:.3f}"
    lines = [
        f"trained {model_name}: {result.steps:,} steps, {losses}",
        f"adapter: {output}",
        f"log:     {output / 'training.log'}",
    ]
    print_result(result, lines, as_json=as_json)
