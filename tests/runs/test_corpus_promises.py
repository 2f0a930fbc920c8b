"""A run's promises on a small corpus with known copies; the large one is tests/bench/check_corpus.py."""

from pathlib import Path

from tests.bench.check_corpus import check


def test_promises_hold_on_a_corpus_with_known_copies(tmp_path: Path) -> None:
    found = check(tmp_path, rows=3_000)
    assert found.hold, found
    assert found.near_recall == 1.0
    assert found.kept < 0.9 * found.rows
