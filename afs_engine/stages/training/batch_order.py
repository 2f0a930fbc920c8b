"""In what order the rows of an epoch are trained: shuffled, rows of like length side by side.

Pure: an order follows from lengths, seed and epoch alone, so that a resumed training sees the same
batches on any machine. Knows no trainer.
"""

from collections.abc import Iterator, Sequence

import xxhash

_BATCHES_PER_GROUP = 16  # sorted together: enough for little padding, few enough to stay random


def order_epoch(
    lengths: Sequence[int],
    batch_size: int,
    seed: int,
    epoch: int,
    easiest_first: Sequence[int] | None = None,
) -> list[int]:
    """A permutation of range(len(lengths)), to be cut into batches of `batch_size` in turn.

    Batches hold rows of like length; their order is random; a batch that is not full comes last. The
    first epoch follows `easiest_first` (rows, the easiest one first) where it is given: only within a
    group of batches is the order random then.
    """
    eases_in = easiest_first is not None and epoch == 0

    def rank(kind: str, number: int) -> bytes:
        return xxhash.xxh3_128_digest(f"{seed}/{epoch}/{kind}/{number}".encode())

    shuffled = sorted(range(len(lengths)), key=lambda row: rank("row", row))
    if easiest_first is not None and eases_in:
        shuffled = list(easiest_first)
    group = batch_size * _BATCHES_PER_GROUP
    by_length = [
        row
        for start in range(0, len(shuffled), group)
        for row in sorted(shuffled[start : start + group], key=lambda row: (-lengths[row], row))
    ]
    batches = [by_length[start : start + batch_size] for start in range(0, len(by_length), batch_size)]
    in_order = list(enumerate(batches))
    in_order.sort(
        key=lambda each: (
            len(each[1]) < batch_size,
            each[0] // _BATCHES_PER_GROUP if eases_in else 0,
            rank("batch", each[1][0]),
        )
    )
    return [row for _, batch in in_order for row in batch]


def rank_by_ease(lengths: Sequence[int], scores: Sequence[float]) -> list[int]:
    """Rows from the easiest to the hardest: short ones with a high quality score first.

    The mean of both ranks decides; a score of NaN ("not measured") ranks in the middle.
    """
    count = len(lengths)
    by_length = sorted(range(count), key=lambda row: (lengths[row], row))
    known = [row for row in range(count) if scores[row] == scores[row]]
    measured = sorted(known, key=lambda row: (-scores[row], row))
    place = [0.5] * count
    for rank, row in enumerate(measured):
        place[row] = rank / max(1, len(measured) - 1)
    ease = {row: rank / max(1, count - 1) + place[row] for rank, row in enumerate(by_length)}
    return sorted(range(count), key=lambda row: (ease[row], row))


class EpochOrder:
    """A sampler over `order_epoch`; the trainer tells it the epoch."""

    def __init__(
        self,
        lengths: Sequence[int],
        batch_size: int,
        seed: int,
        easiest_first: Sequence[int] | None = None,
    ) -> None:
        self._lengths = lengths
        self._easiest_first = easiest_first
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        order = order_epoch(self._lengths, self._batch_size, self._seed, self._epoch, self._easiest_first)
        return iter(order)
