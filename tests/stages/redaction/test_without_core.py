"""On a machine without a C compiler redaction finds what it finds with the compiled core, only slower."""

from random import Random
from typing import Any

import pytest

from afs_engine.data.core_library import load_library
from afs_engine.stages.redaction import scanner, word_search
from afs_engine.stages.redaction.redactor import Redactor
from afs_engine.stages.redaction.word_search import WordGroup, WordSearch
from tests.stages.redaction.benign_rows import benign_rows
from tests.stages.redaction.planted_secrets import CONTEXTUAL, PERSONAL, PREFIXED


def texts(seed: int) -> list[str]:
    """Planted values in their surroundings, cut here and there, and harmless rows between them."""
    rng = Random(seed)
    told = [make(rng) for make in PREFIXED.values() for _ in range(3)]
    for make, ways in CONTEXTUAL.values():
        told += [way.format(make(rng)) for way in ways]
    for makers, ways in PERSONAL.values():
        told += [way.format(make(rng)) for make in makers for way in ways]
    told += [each[rng.randint(0, 20) :] for each in told] + benign_rows(rng, 500)
    rng.shuffle(told)
    return told


def use_plain_search(monkeypatch: pytest.MonkeyPatch, name: str, groups: tuple[WordGroup, ...]) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(word_search, "load_library", lambda: None)
        search = WordSearch(groups)
    monkeypatch.setattr(scanner, name, search)


def redact_all(told: list[str]) -> list[tuple[Any, Any]]:
    redactor = Redactor()
    return [(done.text, done.findings) for done in map(redactor.redact_text, told)]


@pytest.mark.skipif(load_library() is None, reason="there is no compiled core to compare with")
@pytest.mark.parametrize("seed", range(2))
def test_the_same_is_found_without_the_core(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told = texts(seed)
    with_core = redact_all(told)
    use_plain_search(monkeypatch, "_WORDS", scanner._WORDS.groups)
    use_plain_search(monkeypatch, "_USER_SEARCH", scanner._USER_SEARCH.groups)
    assert redact_all(told) == with_core
