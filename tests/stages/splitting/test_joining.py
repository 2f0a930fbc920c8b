"""Joined groups against a union-find."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.splitting.joining import join_groups

KEYS = st.integers(0, 12).map(lambda n: (n * 0x9E3779B97F4A7C15) % 2**64)
ROWS = st.lists(st.tuples(KEYS, KEYS, KEYS), max_size=25)


def joined(rows: list[tuple[int, int, int]]) -> list[int]:
    columns = [np.array([row[place] for row in rows], dtype=np.uint64) for place in range(3)]
    return join_groups(*columns).tolist()


def union_find(rows: list[tuple[int, int, int]]) -> list[int]:
    """For each row the number of the first row of its component."""
    parent = list(range(len(rows)))

    def root(row: int) -> int:
        while parent[row] != row:
            row = parent[row]
        return row

    for place in range(3):
        first: dict[int, int] = {}
        for number, row in enumerate(rows):
            one, other = sorted((root(number), root(first.setdefault(row[place], number))))
            parent[other] = one
    return [root(number) for number in range(len(rows))]


@given(ROWS)
def test_components_are_those_of_a_union_find(rows: list[tuple[int, int, int]]) -> None:
    found, expected = joined(rows), union_find(rows)
    for component in set(expected):
        members = [number for number, own in enumerate(expected) if own == component]
        assert {found[number] for number in members} == {min(rows[number][0] for number in members)}
    assert len(set(found)) == len(set(expected))


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[int, int, int]], random: Random) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    found, again = joined(rows), joined([rows[number] for number in order])
    assert again == [found[number] for number in order]


def test_a_long_chain_is_one_group() -> None:
    """Row n shares its first key with n + 1 where n is even, its second where n is odd."""
    rows = [((n + 1) // 2, n // 2, n) for n in range(200)]
    assert set(joined(rows)) == {0}
