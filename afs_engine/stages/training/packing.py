"""Several rows in one sequence of the model, none of which sees another.

Each row's positions count from 0, and attention ends where positions start again: transformers makes
the block mask from them, and `refuse_leaks` proves on the model at hand that it does. Which rows go
together follows from lengths alone. Knows no trainer.
"""

from collections.abc import Sequence
from typing import Any

from afs_engine.errors import WorkerError
from afs_engine.stages.training.masking import IGNORED, TokenRow

_PROBE_TOKENS = 8


def pack_rows(lengths: Sequence[int], max_length: int) -> list[list[int]]:
    """Rows (by index) that go together, at most `max_length` tokens each; best fit, longest first.

    No row is longer than `max_length`. Best-fit decreasing: Johnson, "Near-optimal bin packing
    algorithms", 1973.
    """
    packs: list[list[int]] = []
    with_room: list[list[int]] = [[] for _ in range(max_length + 1)]  # packs by the room left in them
    rooms = 0  # bit r is set where with_room[r] has a pack
    for row in sorted(range(len(lengths)), key=lambda row: (-lengths[row], row)):
        length = lengths[row]
        fitting = rooms >> length
        room = length + (fitting & -fitting).bit_length() - 1 if fitting else max_length
        if fitting:
            pack = with_room[room].pop()
            rooms &= ~(1 << room) if not with_room[room] else -1
        else:
            pack = len(packs)
            packs.append([])
        packs[pack].append(row)
        with_room[room - length].append(pack)
        rooms |= 1 << (room - length)
    return [sorted(pack) for pack in packs]


def join_rows(rows: Sequence[TokenRow]) -> dict[str, list[int]]:
    """One training example of these rows: ids, labels, and positions that start again with each."""
    joined: dict[str, list[int]] = {"input_ids": [], "labels": [], "position_ids": []}
    for row in rows:
        labels = row.labels()
        labels[0] = IGNORED  # else it would be predicted from the row before
        joined["input_ids"] += row.ids.tolist()
        joined["labels"] += labels.tolist()
        joined["position_ids"] += range(len(row.ids))
    return joined


class PackCollator:
    """Examples of `join_rows` as one padded batch, without an attention mask: positions say it all.

    Every padding token is a sequence of its own. `tokens` counts those that are no padding.
    """

    def __init__(self, pad_id: int) -> None:
        self._pad_values = {"input_ids": pad_id, "labels": IGNORED, "position_ids": 0}

    def __call__(self, examples: list[dict[str, list[int]]]) -> dict[str, Any]:
        import torch
        from torch.nn.utils.rnn import pad_sequence

        batch: dict[str, Any] = {
            name: pad_sequence(
                [torch.tensor(example[name]) for example in examples],
                batch_first=True,
                padding_value=value,
            )
            for name, value in self._pad_values.items()
        }
        return batch | {"tokens": sum(len(example["input_ids"]) for example in examples)}


def refuse_leaks(model: Any) -> None:
    """Raises WorkerError when a row's scores on `model` change with the row packed before it."""
    import torch

    count = _PROBE_TOKENS
    base = torch.arange(1, 1 + 2 * count) % model.config.get_text_config().vocab_size
    other = base.clone()
    other[:count] = base[:count].flip(0)
    positions = torch.arange(count).repeat(2)
    ids = torch.stack([base, other]).to(model.device)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        scores = model(
            input_ids=ids, position_ids=positions.expand(2, -1).to(model.device), use_cache=False
        ).logits[:, count:]
    model.train(was_training)
    if not torch.allclose(scores[0], scores[1], rtol=1e-3, atol=1e-3):
        raise WorkerError(
            "packed rows would see each other in this kind of model", hint="set packing = false"
        )
