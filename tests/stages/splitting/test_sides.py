"""Sides of groups: never parted, in the shares asked for, kept for life."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.errors import UsageError
from afs_engine.stages.splitting.ratios import TEST, TRAIN, UNDECIDED, VAL, SplitRatios
from afs_engine.stages.splitting.sides import assign_sides

SIDES = (TRAIN, VAL, TEST)
RATIOS = st.integers(1, 20).flatmap(
    lambda train: st.integers(0, 20 - train).map(
        lambda val: SplitRatios(train / 20, val / 20, round(1 - train / 20 - val / 20, 9))
    )
)
SEEDS = st.integers(0, 99)


@dataclass(frozen=True)
class Row:
    group: int
    domain: int
    pin: int = UNDECIDED


ROWS = st.lists(st.builds(Row, st.integers(0, 30), st.integers(0, 2)), min_size=1, max_size=120)
PINNED = st.lists(
    st.builds(Row, st.integers(0, 30), st.integers(0, 2), st.sampled_from((UNDECIDED, *SIDES))),
    min_size=1,
    max_size=120,
)


def sides_of(rows: list[Row], ratios: SplitRatios, seed: int, *, pinned: bool = False) -> list[int]:
    group = np.array([row.group for row in rows], dtype=np.uint64)
    domain = np.array([row.domain for row in rows], dtype=np.uint32)
    pins = np.array([row.pin for row in rows], dtype=np.int8) if pinned else None
    return assign_sides(group, domain, ratios, seed, pins).tolist()


def homes(rows: list[Row]) -> dict[int, int]:
    """For each group the domain with most of its rows, the lower one on a tie."""
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        counts[row.group][row.domain] += 1
    return {group: min(each, key=lambda d: (-each[d], d)) for group, each in counts.items()}


@given(PINNED, RATIOS, SEEDS)
def test_a_group_is_never_parted(rows: list[Row], ratios: SplitRatios, seed: int) -> None:
    side_of: dict[int, int] = {}
    for row, side in zip(rows, sides_of(rows, ratios, seed, pinned=True), strict=True):
        assert side in SIDES
        assert side_of.setdefault(row.group, side) == side


@given(ROWS, RATIOS, SEEDS)
def test_shares_are_within_one_group_in_each_domain(rows: list[Row], ratios: SplitRatios, seed: int) -> None:
    home, sizes = homes(rows), Counter(row.group for row in rows)
    sides = sides_of(rows, ratios, seed)
    for domain in set(home.values()):
        here = [(row, side) for row, side in zip(rows, sides, strict=True) if home[row.group] == domain]
        largest = max(sizes[row.group] for row, _ in here)
        counts = Counter(side for _, side in here)
        for side, ratio in zip(SIDES, (ratios.train, ratios.val, ratios.test), strict=True):
            assert abs(counts[side] - ratio * len(here)) <= largest + 1e-6


@given(ROWS, RATIOS, SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    rows: list[Row], ratios: SplitRatios, seed: int, random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    first = dict(zip((row.group for row in rows), sides_of(rows, ratios, seed), strict=True))
    second = dict(zip((row.group for row in shuffled), sides_of(shuffled, ratios, seed), strict=True))
    assert first == second


@given(PINNED, RATIOS, SEEDS)
def test_a_pin_wins_and_training_wins_over_test_over_val(
    rows: list[Row], ratios: SplitRatios, seed: int
) -> None:
    pins: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        pins[row.group].add(row.pin)
    for row, side in zip(rows, sides_of(rows, ratios, seed, pinned=True), strict=True):
        for wanted in (TRAIN, TEST, VAL):
            if wanted in pins[row.group]:
                assert side == wanted
                break


@given(ROWS, ROWS, RATIOS, SEEDS, SEEDS)
def test_new_rows_move_no_pinned_one(
    old: list[Row], new: list[Row], ratios: SplitRatios, seed: int, other_seed: int
) -> None:
    before = sides_of(old, ratios, seed)
    kept = [Row(row.group, row.domain, side) for row, side in zip(old, before, strict=True)]
    after = sides_of([*kept, *new], ratios, other_seed, pinned=True)
    assert after[: len(old)] == before
    side_of = dict(zip((row.group for row in old), before, strict=True))
    for row, side in zip(new, after[len(old) :], strict=True):
        assert side == side_of.get(row.group, side)


@given(st.lists(st.builds(Row, st.integers(0, 30), st.just(0)), min_size=10, max_size=60), SEEDS)
def test_new_rows_fill_what_pins_leave_open(new: list[Row], seed: int) -> None:
    """Where all old rows were trained on, the new ones make up the test share first."""
    old = [Row(1000 + n, 0, TRAIN) for n in range(20)]
    largest = max(Counter(row.group for row in new).values())
    sides = Counter(sides_of([*old, *new], SplitRatios(0.8, 0.1, 0.1), seed, pinned=True))
    wanted = 0.1 * (len(old) + len(new))
    assert abs(sides[TEST] - wanted) <= largest / 2 + 1e-6
    assert sides[TRAIN] >= 20


def test_new_rows_keep_the_shares_of_the_whole() -> None:
    """The old version's val and test rows count: the new ones bring only what is missing."""
    old = [Row(n, 0) for n in range(100)]
    ratios = SplitRatios(0.8, 0.1, 0.1)
    pinned = [Row(row.group, 0, side) for row, side in zip(old, sides_of(old, ratios, 1), strict=True)]
    sides = sides_of([*pinned, *(Row(1000 + n, 0) for n in range(50))], ratios, 1, pinned=True)
    assert Counter(sides) == {TRAIN: 120, VAL: 15, TEST: 15}


@pytest.mark.parametrize("seed", range(20))
def test_a_group_of_two_domains_counts_in_the_lower_one(seed: int) -> None:
    """There it is alone, so that it is trained on; among the other domain's it could be tested on."""
    rows = [Row(7, 1), Row(7, 0), *(Row(100 + n, 1) for n in range(6))]
    assert sides_of(rows, SplitRatios(0.6, 0.0, 0.4), seed)[:2] == [TRAIN, TRAIN]


def test_a_few_new_groups_move_almost_no_old_one() -> None:
    old, new = [Row(n, 0) for n in range(2000)], [Row(10_000 + n, 0) for n in range(20)]
    ratios = SplitRatios(0.8, 0.1, 0.1)
    before, after = sides_of(old, ratios, 42), sides_of([*old, *new], ratios, 42)
    moved = sum(one != other for one, other in zip(before, after[:2000], strict=True))
    assert moved <= 20
    assert Counter(before) == {TRAIN: 1600, VAL: 200, TEST: 200}


def test_seeds_give_different_splits() -> None:
    rows = [Row(n, 0) for n in range(100)]
    ratios = SplitRatios(0.5, 0.25, 0.25)
    assert sides_of(rows, ratios, 1) != sides_of(rows, ratios, 2)


def test_a_lone_group_is_trained_on() -> None:
    assert sides_of([Row(7, 0)] * 5, SplitRatios(0.8, 0.1, 0.1), 42) == [TRAIN] * 5


def test_no_rows_give_no_sides() -> None:
    assert sides_of([], SplitRatios(0.8, 0.1, 0.1), 42) == []


@pytest.mark.parametrize(
    "ratios",
    [(0.8, 0.1, 0.2), (0.8, 0.3, -0.1), (0.0, 0.5, 0.5), (1.5, 0.0, -0.5), (float("nan"), 0.1, 0.1)],
)
def test_ratios_that_are_no_split_are_refused(ratios: tuple[float, float, float]) -> None:
    with pytest.raises(UsageError, match="are no split"):
        SplitRatios(*ratios)


@given(PINNED, RATIOS, SEEDS, st.integers(1, 40))
def test_sides_do_not_depend_on_the_parts_they_are_found_in(
    rows: list[Row], ratios: SplitRatios, seed: int, part_rows: int
) -> None:
    whole = sides_of(rows, ratios, seed, pinned=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("afs_engine.data.hash_parts.PART_ROWS", part_rows)
        assert sides_of(rows, ratios, seed, pinned=True) == whole
