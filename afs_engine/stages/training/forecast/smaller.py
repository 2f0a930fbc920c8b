"""The smallest change that makes a training fit into memory.

Tries, in the order of what they cost the result: a smaller batch (with more accumulation, so that a
step sees as many rows), gradient checkpointing, 4-bit weights, shorter rows, a smaller base. Pure.
"""

from collections.abc import Callable, Iterator

from afs_engine.stages.training.forecast.architecture import QWEN_2_5, Architecture
from afs_engine.stages.training.forecast.training_forecast import SmallerTraining, TrainingForecast
from afs_engine.stages.training.settings import TrainSettings

Try = Callable[[Architecture, TrainSettings], TrainingForecast]
_SHORTEST_ROW = 128
_Change = dict[str, int | bool | str]


def find_smaller(
    shape: Architecture, settings: TrainSettings, can_use_4bit: bool, attempt: Try
) -> SmallerTraining | None:
    """The first change, or sum of changes, whose forecast fits; None when none does."""
    for change, smaller_shape in _changes(shape, settings, can_use_4bit):
        tried = attempt(smaller_shape or shape, settings.model_copy(update=change))
        if tried.fits == "yes":
            return SmallerTraining(text=_describe(change), settings=change, peak_bytes=tried.peak.expected)
    return None


def _changes(
    shape: Architecture, settings: TrainSettings, can_use_4bit: bool
) -> Iterator[tuple[_Change, Architecture | None]]:
    """Ever larger changes. Each kind is tried alone, then on top of those before it."""
    change: _Change = {}
    for batch_size in _halves(settings.batch_size):
        rows_a_step = settings.batch_size * settings.gradient_accumulation_steps
        change = {"batch_size": batch_size, "gradient_accumulation_steps": rows_a_step // batch_size}
        yield change, None
    if not settings.gradient_checkpointing:
        yield {"gradient_checkpointing": True}, None
        change = change | {"gradient_checkpointing": True}
        yield change, None
    if can_use_4bit and not (settings.load_in_4bit or shape.four_bit):
        yield {"load_in_4bit": True}, None
        change = change | {"load_in_4bit": True}
        yield change, None
    for length in _halves(settings.max_length, _SHORTEST_ROW):
        yield {"max_length": length}, None
        yield change | {"max_length": length}, None
    for size, smaller in reversed(QWEN_2_5.items()):
        if smaller.parameters < shape.parameters:
            base: _Change = {"base_model": f"Qwen/Qwen2.5-Coder-{size}B-Instruct"}
            yield base, smaller
            yield change | base, smaller


def _halves(value: int, least: int = 1) -> Iterator[int]:
    while value // 2 >= least:
        value //= 2
        yield value


def _describe(change: _Change) -> str:
    return ", ".join(f"{name} = {_toml(value)}" for name, value in change.items())


def _toml(value: int | bool | str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
