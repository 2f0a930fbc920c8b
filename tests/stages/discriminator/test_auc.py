"""The AUC against its definition, counted pair by pair."""

from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.discriminator.auc import measure_auc

SCORES = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=12)


@given(SCORES, SCORES)
def test_is_the_share_of_pairs_in_the_right_order(real: list[float], corrupted: list[float]) -> None:
    right = sum((a > b) + (a == b) / 2 for a in real for b in corrupted)
    auc = measure_auc(real, corrupted)
    assert auc is not None
    assert abs(auc - right / len(real) / len(corrupted)) < 1e-12


def test_one_side_alone_measures_nothing() -> None:
    assert measure_auc([], [1.0]) is None
    assert measure_auc([1.0], []) is None
