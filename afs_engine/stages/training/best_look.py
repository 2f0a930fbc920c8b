"""Which look at the validation rows was the best, and whether it is time to stop. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Look(NamedTuple):
    """The validation loss after an optimizer step."""

    step: int
    loss: float


def looks_of(history: Sequence[Mapping[str, Any]]) -> list[Look]:
    """The looks in a trainer's log, those before the first step left out."""
    return [
        Look(int(entry["step"]), float(entry["eval_loss"]))
        for entry in history
        if "eval_loss" in entry and entry["step"] > 0
    ]


def best_look(looks: Sequence[Look]) -> Look | None:
    """The lowest loss; of equal ones the earliest."""
    return min(looks, key=lambda look: (look.loss, look.step), default=None)


def is_time_to_stop(looks: Sequence[Look], patience: int) -> bool:
    """Whether the last `patience` looks were all no better than one before them."""
    best = best_look(looks)
    return best is not None and sum(look.step > best.step for look in looks) >= patience
