"""Parts by hash: every row once, equal hashes together, and the same order however many parts there are."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.data import hash_parts
from afs_engine.data.hash_parts import order_by_hash, parts_by_hash

HASHES = st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([0, 1 << 63, 2**64 - 1]), max_size=200)


@pytest.mark.parametrize("part_rows", [1, 7, 1 << 17])
@given(hashes=HASHES)
def test_parts_follow_each_other_and_the_order_is_that_of_all(hashes: list[int], part_rows: int) -> None:
    column = np.array(hashes, dtype=np.uint64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hash_parts, "PART_ROWS", part_rows)
        parts = [part.tolist() for part in parts_by_hash(len(column), lambda some: column[some])]
        order = order_by_hash(len(column), lambda some: column[some])
    assert sorted(row for part in parts for row in part) == list(range(len(hashes)))
    assert all(part == sorted(part) for part in parts)
    filled = [[hashes[row] for row in part] for part in parts if part]
    assert all(max(low) < min(high) for low, high in pairwise(filled))
    assert order.tolist() == sorted(range(len(hashes)), key=lambda row: (hashes[row], row))
