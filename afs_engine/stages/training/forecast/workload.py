"""How much there is to compute: tokens, steps, and the largest batch.

From the tokens of each row and the settings. Pure.
"""

import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from afs_engine.stages.training.forecast.architecture import Architecture
from afs_engine.stages.training.forecast.bands import Band
from afs_engine.stages.training.settings import TrainSettings

_PADDING = 1.05  # rows of like length go together: about 5 % of a batch is padding


class Workload(BaseModel):
    """`tokens` are those of the whole training, all epochs; `longest_row` is in tokens.

    `rows`, `steps` and `tokens` are None where the data is not made yet.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: int | None
    steps: Band | None
    tokens: Band | None
    longest_row: Band
    rows_a_batch: int

    @property
    def batch_tokens(self) -> Band:
        """Tokens of the largest batch."""
        return self.longest_row.times(self.rows_a_batch)


def measure_workload(row_tokens: Sequence[float], doubt: Band, settings: TrainSettings) -> Workload:
    """The work that rows of about these lengths make; rows over `max_length` are dropped or cut to it.

    `doubt` are factors: rows may be `doubt.low` to `doubt.high` times as long.
    """
    low, expected, high = (
        _one_bound([factor * length for length in row_tokens], settings)
        for factor in (doubt.low, 1.0, doubt.high)
    )
    rows_a_batch = settings.batch_size if settings.packing else min(settings.batch_size, len(row_tokens))
    steps, tokens, longest = (_ordered(*bounds) for bounds in zip(low, expected, high, strict=True))
    return Workload(
        rows=len(row_tokens),
        steps=steps,
        tokens=tokens,
        longest_row=longest,
        rows_a_batch=max(1, rows_a_batch),
    )


def _ordered(first: float, expected: float, last: float) -> Band:
    """Longer rows can mean fewer that fit: the bounds are put in order."""
    return Band(low=min(first, expected, last), expected=expected, high=max(first, expected, last))


def _one_bound(lengths: list[float], settings: TrainSettings) -> tuple[float, float, float]:
    """Steps, tokens and the longest row, if rows are as long as this."""
    limit = settings.max_length
    kept = [length for length in lengths if length <= limit]
    if settings.mask_rule == "truncate":
        kept = [min(length, limit) for length in lengths]
    total = sum(kept)
    examples = math.ceil(total / limit / 0.97) if settings.packing else len(kept)
    batches = math.ceil(examples / settings.batch_size)
    steps = settings.epochs * math.ceil(batches / settings.gradient_accumulation_steps)
    longest = limit if settings.packing else max(kept, default=0)
    return steps, settings.epochs * total, longest


def unknown_workload(settings: TrainSettings) -> Workload:
    """Before there is data: the largest batch that the settings allow."""
    limit = settings.max_length
    return Workload(
        rows=None,
        steps=None,
        tokens=None,
        longest_row=Band(low=limit / 2, expected=limit, high=limit),
        rows_a_batch=settings.batch_size,
    )


def padded(tokens: Band) -> Band:
    """Tokens with the padding between them."""
    return tokens.times(_PADDING)


def operations_per_token(shape: Architecture, settings: TrainSettings, row_tokens: float) -> float:
    """Floating-point operations to train one token of a row of `row_tokens`.

    Each weight takes 2 forward and 2 backward (gradients go through frozen weights, but none is made
    for them), the adapter's 6, attention 4 x width x tokens seen, three times; a second forward pass
    with checkpointing. Kaplan et al. 2020, section 2.1.
    """
    head = shape.vocabulary * shape.hidden
    adapter = shape.adapter_parameters(settings.lora_r, settings.lora_targets)
    attention = 4 * shape.layers * shape.heads * shape.head_size * row_tokens / 2
    forward = 2 * shape.linear_parameters + attention
    again = forward if settings.gradient_checkpointing else 0
    return 2 * forward + attention + again + 6 * head + 6 * adapter
