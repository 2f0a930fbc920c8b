"""The loss per trained token of held-out rows, by one rule for training and evaluation alike.

Deterministic: batches follow from lengths, sums are exact and independent of their order. It must
not know of files, adapters or trainers.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from afs_engine.stages.training.masking import IGNORED, TokenRow

_LOGIT_BYTES = 256 << 20  # memory for one batch's logits, which dominate with a large vocabulary
_BATCH_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class RowLoss:
    """The summed loss over the `tokens` trained tokens of one row."""

    domain: str
    loss_sum: float
    tokens: int


def mean_loss(losses: Sequence[RowLoss]) -> float:
    """Mean loss per token."""
    return math.fsum(row.loss_sum for row in losses) / sum(row.tokens for row in losses)


def perplexity(loss: float) -> float | None:
    """exp(loss); None where that is beyond a float."""
    return math.exp(loss) if loss < 700 else None


def measure_losses(model: Any, rows: Sequence[TokenRow], pad_id: int) -> list[RowLoss]:
    """The loss of every row, in the order of `rows`; draws no random number."""
    import torch

    was_training = model.training
    model.eval()
    found: dict[int, RowLoss] = {}
    with torch.no_grad():
        for batch in _batches([len(row.ids) for row in rows], _budget(model)):
            sums = _batch_losses(model, [rows[index] for index in batch], pad_id)
            for index, loss_sum in zip(batch, sums, strict=True):
                found[index] = RowLoss(rows[index].domain, loss_sum, rows[index].trained_tokens)
    model.train(was_training)
    return [found[index] for index in range(len(rows))]


def _budget(model: Any) -> int:
    """Tokens a batch may hold, padding included."""
    vocabulary: int = model.config.get_text_config().vocab_size
    return max(1, min(_BATCH_TOKENS, _LOGIT_BYTES // (4 * vocabulary)))


def _batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices by rising length, as many as fit the budget when padded; always at least one."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: (lengths[index], index)):
        if batch and (len(batch) + 1) * lengths[index] > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _batch_losses(model: Any, rows: list[TokenRow], pad_id: int) -> list[float]:
    import torch
    from torch.nn.functional import cross_entropy
    from torch.nn.utils.rnn import pad_sequence

    ids = [torch.from_numpy(row.ids).long() for row in rows]
    labels = [torch.from_numpy(row.labels()).long() for row in rows]
    device = model.device
    inputs = pad_sequence(ids, batch_first=True, padding_value=pad_id).to(device)
    targets = pad_sequence(labels, batch_first=True, padding_value=IGNORED).to(device)[:, 1:]
    attention = pad_sequence([torch.ones_like(row) for row in ids], batch_first=True).to(device)
    logits = model(input_ids=inputs, attention_mask=attention, use_cache=False).logits[:, :-1]
    each = cross_entropy(logits.float().transpose(1, 2), targets, ignore_index=IGNORED, reduction="none")
    return [float(value) for value in each.double().sum(dim=1).cpu()]
