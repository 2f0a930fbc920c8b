"""Counting scores into bins, whole and by domain."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.scoring.histogram import BIN_COUNT, ScoreHistograms, count_scores
from afs_engine.stages.scoring.score_block import ScoreBlock

NAN = float("nan")
ROW = st.tuples(
    st.sampled_from(["asm", "chat", "memory"]), st.one_of(st.just(NAN), st.floats(0, 1, width=32))
)


def block_of(overall: list[float]) -> ScoreBlock:
    scores = np.array(overall, np.float32)
    nothing = np.full(len(overall), np.nan, np.float32)
    return ScoreBlock(scores, nothing, nothing, nothing, scores, "")


def test_edges_fall_into_the_bin_they_open_and_1_into_the_last() -> None:
    histograms = count_scores(block_of([0.0, 0.05, 0.1, 0.7, 0.95, 1.0, NAN]), ["a"] * 7)
    overall = histograms.everything.overall
    assert [place for place, count in enumerate(overall.counts) for _ in range(count)] == [
        0,
        1,
        2,
        14,
        19,
        19,
    ]
    assert overall.not_measured == 1
    assert histograms.everything.electra.not_measured == 7
    assert sum(histograms.everything.electra.counts) == 0


def test_domains_are_counted_apart_and_in_order() -> None:
    histograms = count_scores(block_of([0.2, 0.4, NAN]), ["chat", "asm", "asm"])
    assert list(histograms.by_domain) == ["asm", "chat"]
    assert histograms.by_domain["asm"].overall.counts[8] == 1
    assert histograms.by_domain["asm"].overall.not_measured == 1
    assert histograms.by_domain["chat"].overall.total == 1


@given(st.lists(ROW, max_size=40), st.integers(0, 40))
def test_blocks_add_up_to_the_whole(rows: list[tuple[str, float]], cut: int) -> None:
    def count(part: list[tuple[str, float]]) -> ScoreHistograms:
        return count_scores(block_of([score for _, score in part]), [domain for domain, _ in part])

    whole = count(rows)
    assert count(rows[:cut]).plus(count(rows[cut:])) == whole
    assert whole.everything.overall.total == len(rows)
    assert sum(spread.overall.total for spread in whole.by_domain.values()) == len(rows)
    assert len(whole.everything.overall.counts) == BIN_COUNT


def test_survives_json() -> None:
    histograms = count_scores(block_of([0.2, NAN]), ["a", "b"])
    assert ScoreHistograms.model_validate_json(histograms.model_dump_json()) == histograms
