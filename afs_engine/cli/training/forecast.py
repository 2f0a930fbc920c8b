"""`training forecast`."""

from pathlib import Path

import click

from afs_engine.cli.options import FILE, FiniteRange
from afs_engine.cli.output import json_option, print_result
from afs_engine.cli.training.train_flags import read_settings, train_flags, written_flags


@click.command("forecast")
@click.argument("recipe", type=FILE, required=False)
@click.option("--data", type=FILE, help="A training file, instead of a recipe; the flags say how to train.")
@click.option("--val-data", type=FILE, help="Its validation file.")
@train_flags
@click.option("--gpu-memory-gb", type=FiniteRange(min=1), help="For a rented GPU of this size.")
@click.option("--price-usd-per-hour", type=FiniteRange(min=0), help="What that GPU costs.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    /,
    recipe: Path | None,
    data: Path | None,
    val_data: Path | None,
    gpu_memory_gb: float | None,
    price_usd_per_hour: float | None,
    as_json: bool,
    **flags: object,
) -> None:
    """Shows what the training of RECIPE, or of a file, will need: memory by part, steps, time and money."""
    from afs_engine.runs.forecast import forecast_training
    from afs_engine.runs.training_check import forecast_files
    from afs_engine.stages.training.forecast.machine import read_machine, rented_machine
    from afs_engine.stages.training.forecast.wording import describe_forecast

    if (recipe is None) == (data is None):
        raise click.UsageError("give either a RECIPE or --data FILE")
    unused = [*written_flags(context, flags), *(["val_data"] if val_data else [])] if recipe else []
    if unused:
        flag = "--" + unused[0].replace("_", "-")
        raise click.UsageError(f"{flag} goes with --data; how a RECIPE trains stands in its [train]")
    machine = rented_machine(gpu_memory_gb) if gpu_memory_gb else read_machine()
    machine = machine.model_copy(update={"price_usd_per_hour": price_usd_per_hour})
    if recipe is not None:
        found = forecast_training(recipe, machine=machine)
    else:
        found = forecast_files(read_settings(context, flags), data, val_data, machine)
    print_result(found, describe_forecast(found), as_json=as_json)
