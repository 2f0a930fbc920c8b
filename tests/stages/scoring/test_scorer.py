"""The scorer as a whole: the guide's script, who is asked what, and that a second time costs nothing."""

import math
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from afs_engine import QualityScorer, ScoringConfig, ScoringWeights, TrainingSample
from afs_engine.errors import MissingPartError
from afs_engine.stages.discriminator.discriminator import Discriminator
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.scoring.assembly.verdict import AssemblyVerdict, CheckedBy
from afs_engine.stages.scoring.cache import ScoreCache
from afs_engine.stages.scoring.entity_table import EntityTable
from afs_engine.stages.scoring.profiles import find_profile

ROUTINE = "Link_Reset:\n    SEP #$30\n    LDA.b #$80\n    STA $2100\n    RTS\n"
CORRUPTED = "Link_Reset:\n    SEP #$30\n    LDQ.b #$80\n    STA $2199\n    RTS\n"
PROSE = "The routine switches the screen off before it writes to video memory, and then returns."
OUTPUTS = [ROUTINE, PROSE, CORRUPTED, ""]


class FakeModel(Discriminator):
    """Stands in for a model: P(real) is 0.9 for everything; remembers what it was asked."""

    version = "fake 1"

    def __init__(self) -> None:
        super().__init__(self, None)
        self.asked: list[str] = []

    def score(self, texts: Sequence[str]) -> list[float | None]:
        self.asked += texts
        return [0.9] * len(texts)


class SpiedChecker(AssemblyChecker):
    """The real check, that remembers what it was asked and whether it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.closed = False

    def check_many(self, texts: Sequence[str]) -> list[AssemblyVerdict]:
        self.asked += texts
        return super().check_many(texts)

    def close(self) -> None:
        self.closed = True
        super().close()


@pytest.fixture(autouse=True)
def no_asar(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """These tests are about the scorer: the built-in check answers, whatever this machine has."""
    monkeypatch.setattr("afs_engine.stages.scoring.assembly.checker._list_assemblers", lambda *_: [])


def test_the_guides_script_runs_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    config = ScoringConfig(
        weights=ScoringWeights(electra=0.4, asar=0.3, entity=0.2, length=0.1),
        min_output_length=50,
        ideal_output_length=500,
        max_output_length=5000,
    )
    scorer = QualityScorer(config=config)
    sample = TrainingSample(
        instruction="What does LDA do?", output="LDA loads the accumulator from memory.", domain="asm"
    )
    score = scorer.score(sample)
    print(f"Overall: {score.overall:.2f}")
    print(f"ELECTRA: {score.electra_score:.2f}")
    print(f"Asar: {score.asar_valid} (syntax valid)")
    print(f"Entity coverage: {score.entity_coverage:.2f}")
    scorer.close()
    assert capsys.readouterr().out.splitlines() == [
        "Overall: 0.38",
        "ELECTRA: nan",
        "Asar: None (syntax valid)",
        "Entity coverage: nan",
    ]
    assert score.components == {"electra": None, "asar": None, "entity": None, "length": 0.38}
    assert sample.quality_score is None


def test_a_block_holds_what_was_measured_and_nan_for_the_rest() -> None:
    with QualityScorer() as scorer:
        block = scorer.score_block(OUTPUTS)
    assert np.isnan(block.electra).all()
    assert np.isnan(block.asar).tolist() == [False, True, False, True]
    assert np.isnan(block.entity).tolist() == [False, True, False, True]
    assert block.checked_by == "built-in"
    assert block.overall[0] > block.overall[2]
    assert block.overall[1] == pytest.approx(block.length[1], abs=1e-4)
    assert block.overall[3] == 0
    assert all(column.dtype == np.float32 for column in (block.overall, *block.columns.values()))


def test_a_row_is_scored_alone_as_in_its_block() -> None:
    with QualityScorer(electra_model=FakeModel()) as scorer:
        block = scorer.score_block(OUTPUTS)
        for row, output in enumerate(OUTPUTS):
            assert scorer.score(TrainingSample(instruction="?", output=output)) == block.row(row)


def test_scores_of_a_row_say_who_checked_it() -> None:
    with QualityScorer() as scorer:
        routine, prose, corrupted, _ = (scorer.score_block(OUTPUTS).row(row) for row in range(4))
    assert (routine.asar_valid, prose.asar_valid, corrupted.asar_valid) == (True, None, False)
    assert (routine.checked_by, prose.checked_by) == ("built-in", "")
    assert routine.entity_coverage == 1.0
    assert corrupted.entity_coverage == 0.0
    assert math.isnan(prose.entity_coverage)


def test_only_what_may_be_code_is_checked_and_nothing_of_weight_0() -> None:
    model, checker = FakeModel(), SpiedChecker()
    QualityScorer(electra_model=model, assembly=checker).score_block(OUTPUTS)
    assert checker.asked == [ROUTINE, CORRUPTED]
    assert model.asked == OUTPUTS
    QualityScorer(find_profile("dialogue"), electra_model=model, assembly=checker).score_block(OUTPUTS)
    assert len(checker.asked) == 2
    assert len(model.asked) == len(OUTPUTS)


def test_a_stub_that_assembles_is_no_pass_but_a_faulty_one_is_a_fault() -> None:
    with QualityScorer(find_profile("asm")) as scorer:
        block = scorer.score_block(["    JSL Or", "  .done\n  RTS", "    LDQ.b #$80\n  RTS", ROUTINE])
    assert np.isnan(block.asar[:2]).all()
    assert block.asar[2] < 0.5 < block.asar[3]
    assert block.overall[:2].max() < 0.3 < block.overall[3]


def test_a_score_without_any_measured_component_is_none_not_0() -> None:
    weights = ScoringWeights(electra=0, asar=0.5, entity=0.5, length=0)
    with QualityScorer(ScoringConfig(weights=weights)) as scorer:
        score = scorer.score(TrainingSample(instruction="?", output=PROSE))
    assert score.quality_score is None
    assert math.isnan(score.overall)
    assert set(score.components.values()) == {None}


def test_a_second_scoring_asks_neither_model_nor_assembler(tmp_path: Path) -> None:
    blocks = []
    for expected_calls in (True, False):
        model, checker = FakeModel(), SpiedChecker()
        with ScoreCache(tmp_path / "scores.db") as cache:
            scorer = QualityScorer(electra_model=model, assembly=checker, cache=cache)
            blocks.append(scorer.score_block(OUTPUTS))
        assert bool(model.asked) == bool(checker.asked) == expected_calls
    first, second = blocks
    assert first.checked_by == second.checked_by == "built-in"
    for name, column in first.columns.items():
        np.testing.assert_array_equal(column, second.columns[name])


class SilentAsar(AssemblyChecker):
    """asar that gives no answer to a corrupted routine, so that the built-in check stands in."""

    @property
    def checked_by(self) -> CheckedBy:
        return "asar"

    def check_many(self, texts: Sequence[str]) -> list[AssemblyVerdict]:
        verdicts = super().check_many(texts)
        by_asar = [replace(verdict, checked_by="asar") for verdict in verdicts]
        return [
            stand_in if text == CORRUPTED else asar
            for text, stand_in, asar in zip(texts, verdicts, by_asar, strict=True)
        ]


def test_what_asar_does_not_answer_is_not_measured() -> None:
    block = QualityScorer(assembly=SilentAsar()).score_block(OUTPUTS)
    assert block.checked_by == "asar"
    assert block.asar[0] == 1.0
    assert np.isnan(block.asar[2])


def test_scoring_imports_torch_only_for_a_model() -> None:
    code = (
        "import sys; from afs_engine import QualityScorer, TrainingSample;"
        "QualityScorer().score(TrainingSample(instruction='?', output='LDA $2100'));"
        "print([m for m in ('torch', 'transformers', 'polars') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_closes_its_own_check_only(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in, own = SpiedChecker(), SpiedChecker()
    with QualityScorer(assembly=handed_in) as scorer:
        scorer.score_block(OUTPUTS)
    assert not handed_in.closed
    monkeypatch.setattr("afs_engine.stages.scoring.scorer.AssemblyChecker", lambda: own)
    with QualityScorer() as scorer:
        scorer.score_block(OUTPUTS)
    assert own.closed


def test_the_source_tree_changes_what_is_known() -> None:
    output = "JSL Link_Draw : LDA !LinkHP : STA $0ABCDE"
    with QualityScorer() as scorer:
        assert scorer.score(TrainingSample(instruction="?", output=output)).components["entity"] is None
    tree = EntityTable(addresses=frozenset({0x008000}), symbols=frozenset({"!LinkHP", "Link_Draw"}))
    with QualityScorer(entities=tree) as scorer:
        score = scorer.score(TrainingSample(instruction="?", output=output))
    assert score.entity_coverage == pytest.approx(2 / 3, abs=1e-4)


def test_an_empty_block_gives_empty_columns() -> None:
    with QualityScorer(electra_model=FakeModel()) as scorer:
        assert scorer.score_block([]).overall.shape == (0,)


def test_a_missing_model_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(MissingPartError):
        QualityScorer(electra_model=tmp_path / "models" / "electra")
