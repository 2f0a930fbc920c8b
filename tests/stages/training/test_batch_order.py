"""The order of an epoch: every row once, lengths side by side, fixed by seed and epoch."""

import random

from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.training.batch_order import EpochOrder, order_epoch

lengths = st.lists(st.integers(1, 500), min_size=1, max_size=300)
sizes = st.integers(1, 9)


@given(lengths, sizes, st.integers(0, 5), st.integers(0, 3))
def test_every_row_once(lengths: list[int], size: int, seed: int, epoch: int) -> None:
    order = order_epoch(lengths, size, seed, epoch)
    assert sorted(order) == list(range(len(lengths)))
    assert order == order_epoch(lengths, size, seed, epoch)


def test_epochs_and_seeds_differ() -> None:
    made = [order_epoch([9] * 100, 4, seed, epoch) for seed in range(3) for epoch in range(3)]
    assert len({tuple(order) for order in made}) == 9


def test_less_padding_than_a_plain_shuffle() -> None:
    draw = random.Random(1)
    lengths = [draw.randint(10, 400) for _ in range(640)]

    def padded(order: list[int]) -> int:
        batches = [order[start : start + 8] for start in range(0, len(order), 8)]
        return sum(max(lengths[row] for row in batch) * len(batch) for batch in batches)

    shuffled = draw.sample(range(640), 640)
    ours = padded(order_epoch(lengths, 8, 42, 0))
    assert ours < sum(lengths) * 1.1 < padded(shuffled)


def test_the_sampler_follows_the_epoch() -> None:
    sampler = EpochOrder([5] * 20, 4, seed=7)
    first = list(sampler)
    sampler.set_epoch(1)
    assert list(sampler) == order_epoch([5] * 20, 4, 7, 1) != first
    assert len(sampler) == 20
