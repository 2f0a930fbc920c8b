"""Counts in place of texts: the same scores, and only where nothing else is asked of a text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data.compiled import TextSpans, find_core
from afs_engine.stages.scoring import answer_counts
from afs_engine.stages.scoring.answer_counts import AddressCounter, read_answer_counts
from afs_engine.stages.scoring.config import COMPONENT_NAMES, ScoringConfig, ScoringWeights
from afs_engine.stages.scoring.core_tables import core_tables
from afs_engine.stages.scoring.entity import count_entities
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.scorer import QualityScorer

PIECES = st.sampled_from(
    ["LDA $7E0022", " STA $4200\n", "$1234, $12", " dw $2100, $3000", "é ", "x" * 60, " "]
)
PRICES = st.sampled_from(["Costs $1200", "$2100.50", "$2140 per Month", "$1200 each", "paid ", "\u2014", "?"])
LISTS = st.sampled_from(["db ", "dL $80", "\tDW\t$2100,$4300", "xdw $4210", ",", "\t", "\0"])
ODD_PIECES = (
    PIECES | PRICES | LISTS | st.sampled_from(["$", "#$2100", ".", "$21009", "$7E00221", "$210x", "_"])
)
ODD_OUTPUTS = st.lists(st.lists(ODD_PIECES, max_size=9).map("".join), min_size=1, max_size=6)
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


@pytest.mark.skipif(find_core() is None, reason="no compiled core: reinstall with a C compiler")
@settings(max_examples=400)
@given(ODD_OUTPUTS, st.sampled_from([frozenset(), frozenset({0x7E0022, 0x3000, 0x80FFD7})]))
def test_the_core_counts_as_python_does(outputs: list[str], own: frozenset[int]) -> None:
    core = find_core()
    assert core
    texts = [text.encode() for text in outputs]
    ends = np.cumsum([len(text) for text in texts])
    spans = np.stack([ends - [len(text) for text in texts], ends], axis=1)
    data = np.frombuffer(b"".join((*texts, b" ")), np.uint8)
    known, judged = core.count_addresses(TextSpans(data, spans), core_tables(own))
    expected = count_entities(outputs, EntityTable(own))
    assert (known.tolist(), judged.tolist()) == (expected[0].tolist(), expected[1].tolist())
