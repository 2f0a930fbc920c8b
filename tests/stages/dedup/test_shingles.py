"""Shingle sets against the definition on strings."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.dedup.commonness import estimate_commonness
from afs_engine.stages.dedup.shingles import BATCH_ROWS, shingle_sets, split_batches
from tests.stages.dedup import brute_force

_NOTHING_KNOWN = np.zeros(1, dtype=np.uint8)


@given(brute_force.corpora())
def test_sets_share_what_the_strings_share(texts: list[str]) -> None:
    sets = shingle_sets(texts, estimate_commonness([texts]))
    ids = [set(part.tolist()) for part in np.split(sets.ids, sets.starts[1:-1])]
    true = [brute_force.shingles(text) for text in texts]
    assert [len(one) for one in ids] == [len(one) for one in true]
    assert [len(ids[0] & one) for one in ids] == [len(true[0] & one) for one in true]


@given(brute_force.corpora())
def test_text_ids_are_equal_where_normalised_texts_are(texts: list[str]) -> None:
    found = shingle_sets(texts, _NOTHING_KNOWN).text_ids.tolist()
    same = {brute_force.normalise(text): one for text, one in zip(texts, found, strict=True)}
    assert [same[brute_force.normalise(text)] for text in texts] == found
    assert len(set(same.values())) == len(same)


def test_a_short_text_is_one_shingle_that_no_longer_text_has() -> None:
    sets = shingle_sets(["a", "a a", "a a a", "a a a a", "a a a a a", "a a a a a a", ""], _NOTHING_KNOWN)
    assert np.diff(sets.starts).tolist() == [1, 1, 1, 1, 1, 1, 0]
    assert len(set(sets.ids.tolist())) == 5


def test_common_shingles_come_last_in_a_row() -> None:
    shared = "every row of this corpus starts with these same nine words"
    texts = [f"{shared} then {row} {row} and {row * 7} end" for row in range(2_000)]
    sets = shingle_sets(texts[:BATCH_ROWS], estimate_commonness([texts]))
    first, second = (sets.ids[sets.starts[row] : sets.starts[row + 1]].tolist() for row in (0, 1))
    assert first[-7:] == second[-7:]
    assert not set(first[:5]) & set(second[:5])


@given(st.lists(st.lists(st.integers(0, 400_000), max_size=6), max_size=6))
def test_batches_hold_every_row_once_in_order(sizes: list[list[int]]) -> None:
    blocks = [["x" * size for size in block] for block in sizes]
    batches = list(split_batches(blocks))
    assert [text for _, batch in batches for text in batch] == [text for block in blocks for text in block]
    assert [first for first, _ in batches] == list(np.cumsum([0, *(len(batch) for _, batch in batches)])[:-1])
    assert all(batch for _, batch in batches)


def test_a_batch_never_has_more_rows_than_its_ids_can_number() -> None:
    assert max(len(batch) for _, batch in split_batches([["a"] * 1_000])) == BATCH_ROWS
