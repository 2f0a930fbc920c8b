"""Counts in place of texts: the same scores, and only where nothing else is asked of a text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.stages.scoring import answer_counts
from afs_engine.stages.scoring.answer_counts import AddressCounter, read_answer_counts
from afs_engine.stages.scoring.config import COMPONENT_NAMES, ScoringConfig, ScoringWeights
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.scorer import QualityScorer

PIECES = st.sampled_from(
    ["LDA $7E0022", " STA $4200\n", "$1234, $12", " dw $2100, $3000", "é ", "x" * 60, " "]
)
OUTPUTS = st.lists(st.lists(PIECES, min_size=1, max_size=20).map("".join), max_size=12)
LIGHT = ScoringWeights(electra=0, asar=0, entity=0.2, length=0.1)


@settings(max_examples=50)
@given(OUTPUTS, st.sampled_from([1, 200, 1 << 21]))
def test_counts_give_the_scores_of_the_texts(
    tmp_path_factory: pytest.TempPathFactory, outputs: list[str], counted_chars: int
) -> None:
    folder = tmp_path_factory.mktemp("counts") / "addresses"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answer_counts, "_COUNTED_CHARS", counted_chars)
        counter = AddressCounter(folder)
        counter(outputs[:5])
        counter(outputs[5:])
        counter.close()
    counts = read_answer_counts(folder, np.array([len(text) for text in outputs], np.uint32))
    scorer = QualityScorer(ScoringConfig(weights=LIGHT))
    expected, found = scorer.score_block(outputs), scorer.score_counts(counts)
    for name in COMPONENT_NAMES:
        assert np.array_equal(expected.columns[name], found.columns[name], equal_nan=True)
    assert np.array_equal(expected.overall, found.overall, equal_nan=True)


def test_texts_are_read_where_counts_do_not_do() -> None:
    own = EntityTable(frozenset({0x7E0022}), frozenset({"LinkHP"}))
    assert not QualityScorer(ScoringConfig(weights=LIGHT)).reads_texts
    assert QualityScorer(ScoringConfig(weights=LIGHT), entities=own).reads_texts
    assert not QualityScorer(
        ScoringConfig(weights=LIGHT.model_copy(update={"entity": 0.0})), entities=own
    ).reads_texts
    assert QualityScorer(ScoringConfig(weights=LIGHT.model_copy(update={"asar": 0.1}))).reads_texts
