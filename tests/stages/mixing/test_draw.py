"""Drawing: the same rows whatever order they came in, smaller draws inside larger ones."""

from collections import Counter
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.mixing.candidates import Candidates, IntArray
from afs_engine.stages.mixing.draw import cap_domains, draw_order, draw_shares, keyed_hash, shuffle_rows
from afs_engine.stages.mixing.shares import Share
from tests.stages.mixing.columns import Row, candidates, rows_of

MASK = (1 << 64) - 1
SEEDS = st.integers(0, 10_000)


def share(name: str, available: int, drawn: int) -> Share:
    return Share(name=name, weight=1.0, available=available, drawn=drawn)


def contents(rows: Candidates, numbers: IntArray) -> list[int]:
    return [int(content) for content in rows.id_lo[numbers]]


def split_mix(value: int) -> int:
    """The finaliser of SplitMix64 in exact integers."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


@given(st.integers(0, MASK), st.integers(0, MASK), st.integers(0, MASK))
def test_the_keyed_hash_is_two_rounds_of_splitmix(high: int, low: int, key: int) -> None:
    seed = split_mix((key + 0x9E3779B97F4A7C15) & MASK)
    expected = split_mix((split_mix(low ^ seed) + high) & MASK)
    got = keyed_hash(np.array([high], dtype=np.uint64), np.array([low], dtype=np.uint64), key)
    assert got.tolist() == [expected]


@given(rows_of(), SEEDS, st.randoms())
def test_a_draw_does_not_depend_on_the_order_of_rows(rows: list[Row], seed: int, random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = candidates(rows), candidates(shuffled)
    everything = np.arange(len(rows))
    assert contents(first, draw_order(first, everything, seed)) == contents(
        second, draw_order(second, everything, seed)
    )
    assert contents(first, shuffle_rows(first, everything, seed)) == contents(
        second, shuffle_rows(second, everything, seed)
    )
    assert set(contents(first, cap_domains(first, everything, 2, seed))) == set(
        contents(second, cap_domains(second, everything, 2, seed))
    )


@given(rows_of(), SEEDS, st.integers(0, 40), st.integers(0, 40))
def test_a_larger_draw_contains_the_smaller(rows: list[Row], seed: int, one: int, other: int) -> None:
    columns = candidates(rows)
    chosen, bucket = np.arange(len(rows)), np.zeros(len(rows), dtype=np.int32)
    few, many = sorted((min(one, len(rows)), min(other, len(rows))))
    small = draw_shares(columns, chosen, bucket, [share("all", len(rows), few)], seed)
    large = draw_shares(columns, chosen, bucket, [share("all", len(rows), many)], seed)
    assert len(set(large.tolist())) == many
    assert small.tolist() == large.tolist()[:few]


@given(rows_of(), SEEDS, st.integers(1, 150))
def test_repeats_are_whole_passes_over_the_bucket(rows: list[Row], seed: int, drawn: int) -> None:
    columns = candidates(rows)
    chosen = np.arange(len(rows))
    bucket = (chosen % 2).astype(np.int32)
    odd = len(rows) // 2
    shares = [share("even", len(rows) - odd, drawn), share("odd", odd, drawn if odd else 0)]
    numbers = draw_shares(columns, chosen, bucket, shares, seed)
    assert len(numbers) == sum(each.drawn for each in shares)
    for parity, each in enumerate(shares):
        counts = Counter(n for n in numbers.tolist() if n % 2 == parity)
        assert sum(counts.values()) == each.drawn
        if each.drawn:
            passes, rest = divmod(each.drawn, each.available)
            times = [counts[n] for n in chosen.tolist() if n % 2 == parity]
            assert sorted(times) == [passes] * (each.available - rest) + [passes + 1] * rest


@given(rows_of(), SEEDS, st.integers(1, 20))
def test_a_cap_keeps_the_first_of_each_domain(rows: list[Row], seed: int, cap: int) -> None:
    columns = candidates(rows)
    capped = cap_domains(columns, np.arange(len(rows)), cap, seed)
    expected: list[int] = []
    taken: Counter[str] = Counter()
    for number in draw_order(columns, np.arange(len(rows)), seed).tolist():
        taken[rows[number].domain] += 1
        if taken[rows[number].domain] <= cap:
            expected.append(number)
    assert capped.tolist() == sorted(expected)


@given(rows_of(), SEEDS, st.lists(st.integers(0, 10**6), max_size=100))
def test_a_shuffle_is_a_permutation(rows: list[Row], seed: int, picks: list[int]) -> None:
    drawn = np.array([pick % len(rows) for pick in picks], dtype=np.int64)
    assert sorted(shuffle_rows(candidates(rows), drawn, seed).tolist()) == sorted(drawn.tolist())


def test_seeds_give_different_orders_and_copies_lie_apart() -> None:
    columns = candidates([Row(n) for n in range(50)])
    everything = np.arange(50)
    assert draw_order(columns, everything, 1).tolist() != draw_order(columns, everything, 2).tolist()
    ten_times = shuffle_rows(columns, np.resize(everything, 500), 42)
    neighbours = int((ten_times[1:] == ten_times[:-1]).sum())
    assert neighbours < 30  # 9 are expected by chance, 450 when copies stay together


def test_consecutive_ids_are_spread_evenly() -> None:
    ids = np.arange(20_000, dtype=np.uint64)
    top = keyed_hash(ids, ids, 42) >> np.uint64(60)
    assert abs(np.bincount(top.astype(int), minlength=16) - 1250).max() < 150  # 4 standard deviations
