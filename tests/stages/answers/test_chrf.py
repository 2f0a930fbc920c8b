"""chrF agrees with sacrebleu's sentence scores, and keeps its bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.stages.answers.chrf import chrf


@pytest.mark.parametrize(
    ("answer", "expected", "score"),  # sacrebleu 2.6, sentence_chrf with its defaults
    [
        ("the cat", "the cat sat", 55.771),
        ("LDA #$10", "LDA.b #$10\nSTA $2100", 18.9827),
        ("abc", "xyz", 0.0),
        ("hello there world", "hello world", 52.7329),
        ("a", "abcdefg", 17.2414),
    ],
)
def test_it_is_sacrebleus_score(answer: str, expected: str, score: float) -> None:
    assert chrf(answer, expected) == pytest.approx(score, abs=1e-3)


@given(st.text(max_size=30), st.text(max_size=30))
def test_it_keeps_its_bounds(one: str, two: str) -> None:
    assert 0 <= chrf(one, two) <= 100 + 1e-9
    assert chrf(one, one) == pytest.approx(100)
    assert chrf(f" {one}\n", one) == pytest.approx(100)
