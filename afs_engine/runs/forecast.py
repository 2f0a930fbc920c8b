"""The forecast of a recipe's training, before it runs."""

from contextlib import suppress
from pathlib import Path

from afs_engine.runs.pipeline import Products, walk
from afs_engine.runs.plan import WouldRunError, read_only_context
from afs_engine.runs.steps.train import forecast_step
from afs_engine.stages.training.forecast.training_forecast import TrainingForecast, TrainingMachine


def forecast_training(
    recipe_path: Path, text: str | None = None, machine: TrainingMachine | None = None
) -> TrainingForecast:
    """The forecast for the recipe as it stands, or for `text` as if it stood in its file.

    Without converted data (run the recipe `--until convert`) only memory is known. `machine` is another
    than this one. Raises RecipeError, and InputError where the base's shape can't be known.
    """
    context = read_only_context(recipe_path, text)
    made = Products()
    with suppress(WouldRunError):
        for _ in walk(context, made, "convert"):
            pass
    return forecast_step(context, made.converted, machine)
