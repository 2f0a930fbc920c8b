"""What the forecast of a recipe's training says about the machine to rent.

Fills only what the recipe leaves open: GPU memory (its upper bound) and training time (as expected).
"""

import math
from pathlib import Path

from afs_engine.errors import AfsError
from afs_engine.runs.forecast import forecast_training
from afs_engine.runs.recipe import CloudSection
from afs_engine.runs.recipe_file import load_recipe
from afs_engine.stages.training.forecast.machine import rented_machine

_ROOMY_GB = 80.0  # the forecast is asked for a GPU where everything fits
_LEAST_GB = 4.0
_LEAST_HOURS = 0.05


def forecasted_section(recipe_path: Path) -> CloudSection:
    """The recipe's [cloud], completed from the forecast; its defaults stand where that knows nothing.

    Raises RecipeError.
    """
    section = load_recipe(recipe_path).cloud
    open_fields = {"gpu_ram_gb", "hours"} - section.model_fields_set
    if not open_fields:
        return section
    try:
        found = forecast_training(recipe_path, machine=rented_machine(_ROOMY_GB, None))
    except AfsError:
        return section  # the base's shape is not known here, such as a hub's model before its download
    known: dict[str, float] = {"gpu_ram_gb": max(_LEAST_GB, math.ceil(found.peak.high / 1e9))}
    if found.seconds is not None:
        known["hours"] = max(_LEAST_HOURS, found.seconds.expected / 3_600)
    return section.model_copy(update={name: known[name] for name in open_fields & set(known)})
