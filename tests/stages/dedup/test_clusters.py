"""Clusters are the connected components of the near pairs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.dedup.clusters import cluster_near_duplicates
from tests.stages.dedup import brute_force


def components(texts: list[str], threshold: float) -> list[int]:
    lowest = list(range(len(texts)))
    for i, j in brute_force.near_pairs(texts, threshold):
        low, high = sorted((lowest[i], lowest[j]))
        lowest = [low if one == high else one for one in lowest]
    return lowest


@settings(max_examples=80, deadline=None)
@given(brute_force.corpora(), st.sampled_from([0.8, 0.8, 0.5, 0.9]))
def test_rows_are_together_where_near_pairs_join_them(texts: list[str], threshold: float) -> None:
    assert cluster_near_duplicates(lambda: [texts], threshold=threshold).tolist() == components(
        texts, threshold
    )


def test_a_chain_is_one_cluster_though_its_ends_are_not_near() -> None:
    words = [f"word{number}" for number in range(200)]
    chain = [" ".join(words[start : start + 100]) for start in range(0, 100, 8)]
    assert (0, 2) not in brute_force.near_pairs(chain, 0.8)
    clusters = cluster_near_duplicates(lambda: [[*chain, "something else"]])
    assert clusters.tolist() == [0] * len(chain) + [len(chain)]
