"""How many optimizer steps a training has. Pure."""

import math

from afs_engine.stages.training.settings import TrainSettings


def count_steps(settings: TrainSettings, examples: int) -> int:
    """Optimizer steps of the whole training; an epoch's last step may take fewer examples."""
    batches = math.ceil(examples / settings.batch_size)
    return settings.epochs * math.ceil(batches / settings.gradient_accumulation_steps)
