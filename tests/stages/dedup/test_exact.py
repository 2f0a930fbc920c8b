"""Exact copies: the first row of an id is the one that stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.dedup.exact import first_occurrences, first_rows


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))))
def test_every_row_points_to_the_first_with_its_id(ids: list[tuple[int, int]]) -> None:
    columns = np.array(ids, dtype=np.uint64).reshape(-1, 2)
    assert first_rows(columns).tolist() == [ids.index(one) for one in ids]


def test_both_halves_of_an_id_count() -> None:
    ids = np.array([[1, 2], [2, 1], [1, 2], [1, 1], [2**64 - 1, 0], [2**64 - 1, 0]], dtype=np.uint64)
    assert first_occurrences(ids).tolist() == [True, True, False, True, True, False]
