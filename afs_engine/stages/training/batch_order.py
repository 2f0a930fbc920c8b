"""In what order the rows of an epoch are trained: shuffled, rows of like length side by side.

Pure: an order follows from lengths, seed and epoch alone, so that a resumed training sees the same
batches on any machine. Knows no trainer.
"""

from collections.abc import Iterator, Sequence

import xxhash

_BATCHES_PER_GROUP = 16  # sorted together: enough for little padding, few enough to stay random


def order_epoch(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[int]:
    """A permutation of range(len(lengths)), to be cut into batches of `batch_size` in turn.

    Batches hold rows of like length; their order is random; a batch that is not full comes last.
    """

    def rank(kind: str, number: int) -> bytes:
        return xxhash.xxh3_128_digest(f"{seed}/{epoch}/{kind}/{number}".encode())

    shuffled = sorted(range(len(lengths)), key=lambda row: rank("row", row))
    group = batch_size * _BATCHES_PER_GROUP
    by_length = [
        row
        for start in range(0, len(shuffled), group)
        for row in sorted(shuffled[start : start + group], key=lambda row: (-lengths[row], row))
    ]
    batches = [by_length[start : start + batch_size] for start in range(0, len(by_length), batch_size)]
    batches.sort(key=lambda batch: (len(batch) < batch_size, rank("batch", batch[0])))
    return [row for batch in batches for row in batch]


class EpochOrder:
    """A sampler over `order_epoch`; the trainer tells it the epoch."""

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self._lengths = lengths
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        return iter(order_epoch(self._lengths, self._batch_size, self._seed, self._epoch))
