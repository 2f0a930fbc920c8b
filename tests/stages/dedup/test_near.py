"""The greedy search removes exactly what the definition removes, on any corpus and in any blocks."""

import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from afs_engine.data import scratch
from afs_engine.errors import InputError, UsageError
from afs_engine.stages.dedup import key_spool
from afs_engine.stages.dedup.near import NearDuplicates, find_near_duplicates
from afs_engine.stages.dedup.sets import LinkedSets
from tests.stages.dedup import brute_force

_WORDS = [f"word{number}" for number in range(3_000)]


def removals(found: NearDuplicates) -> list[tuple[int, int, float]]:
    columns = (found.removed_rows.tolist(), found.kept_rows.tolist(), found.jaccard.tolist())
    return list(zip(*columns, strict=True))


def search(texts: list[str], threshold: float = 0.8, block_rows: int = 1_000) -> list[tuple[int, int, float]]:
    def blocks() -> Iterator[list[str]]:
        return (texts[start : start + block_rows] for start in range(0, len(texts), block_rows))

    return removals(find_near_duplicates(blocks, threshold=threshold))


@settings(max_examples=120, deadline=None)
@given(
    brute_force.corpora(), st.sampled_from([0.8, 0.8, 0.8, 0.3, 0.5, 0.9, 1.0]), st.sampled_from([1, 7, 99])
)
@example(["", " \n", ""], 0.8, 99)
@example([], 0.8, 99)
def test_removes_what_comparing_all_pairs_removes(
    texts: list[str], threshold: float, block_rows: int
) -> None:
    assert search(texts, threshold, block_rows) == brute_force.greedy_removals(texts, threshold)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corpus=brute_force.corpora())
def test_removes_the_same_through_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corpus: list[str]
) -> None:
    monkeypatch.setattr(key_spool, "_RUN_KEYS", 64)
    monkeypatch.setattr(scratch, "_LARGEST_IN_MEMORY_BYTES", 0)
    found = find_near_duplicates(lambda: [corpus], scratch_folder=tmp_path)
    assert removals(found) == brute_force.greedy_removals(corpus, 0.8)


def test_rows_of_real_length_with_edits_around_the_threshold() -> None:
    rng = random.Random(5)
    texts: list[str] = []
    for _ in range(10):
        base = rng.choices(_WORDS, k=rng.randint(60, 700))
        for edits in range(0, len(base) // 20, 2):
            words = list(base)
            for place in rng.sample(range(len(words)), edits):
                words[place] = rng.choice(_WORDS)
            texts.append(" ".join(words))
    rng.shuffle(texts)
    expected = brute_force.greedy_removals(texts, 0.8)
    assert 20 < len(expected) < len(texts) - 20
    assert search(texts) == expected


def test_case_and_any_white_space_make_no_difference() -> None:
    plain = "wie groß ist der speicher ab adresse $7e0010 im école modus – ’kurz’ 中文"
    texts = [
        plain,
        plain.upper().replace("GROSS", "GROß"),
        plain.replace(" ", "\u00a0\u2003\x1c\r\n"),
        plain + "\x85",
    ]
    assert search(texts) == [(1, 0, 1.0), (2, 0, 1.0), (3, 0, 1.0)]


def test_short_texts_are_near_only_when_equal() -> None:
    texts = ["Yes", "yes ", "yes sir", "no", "yes sir", "one two three four", "one two three four five"]
    assert search(texts) == [(1, 0, 1.0), (4, 2, 1.0)]


def test_texts_without_words_stay_and_take_nobody_along() -> None:
    assert search(["", "  ", "a b", "\n\t", "", "a b"]) == [(5, 2, 1.0)]


def test_a_removed_row_removes_nothing() -> None:
    words = _WORDS[:104]
    chain = [" ".join(words[start : start + 100]) for start in (0, 4, 8)]
    longer = [" ".join(_WORDS[start : start + 100]) for start in (0, 8, 16)]
    assert search(chain) == brute_force.greedy_removals(chain, 0.8)
    assert search(longer) == [(1, 0, 88 / 104)]


def test_ten_thousand_versions_of_one_text_are_compared_with_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = _count_comparisons(monkeypatch)
    rng = random.Random(1)
    base = rng.choices(_WORDS, k=80)
    texts = [
        " ".join([*base[:place], f"v{row}", *base[place + 1 :]])
        for row in range(10_000)
        for place in [row % 80]
    ]
    tracemalloc.start()
    found = search(texts)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(row, kept) for row, kept, _ in found] == [(row, 0) for row in range(1, 10_000)]
    assert sum(compared) < 30_000
    assert peak_bytes < 200e6


def test_ten_thousand_rows_of_one_template_are_hardly_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = _count_comparisons(monkeypatch)
    rng = random.Random(2)
    texts = [
        f"What is stored at ${row:04X} in bank ${rng.randrange(256):02X} of the work ram? The byte at "
        f"${row:04X} holds the {rng.choice(_WORDS)} of the player, is read by {rng.choice(_WORDS)} once a "
        f"frame when the main loop runs, and is then cleared again by the interrupt handler of the game."
        for row in range(10_000)
    ]
    assert search(texts) == []
    assert sum(compared) < 10_000


def _count_comparisons(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    compared: list[int] = []
    verify = LinkedSets.verify

    def counted(self: LinkedSets, later, earlier):  # type: ignore[no-untyped-def]
        compared.append(later.size)
        return verify(self, later, earlier)

    monkeypatch.setattr(LinkedSets, "verify", counted)
    return compared


@pytest.mark.parametrize("second", [["a b c d e f"], ["a b c d e f", "a b c d e f g"], ["other", "words"]])
def test_texts_that_change_between_readings_are_refused(second: list[str]) -> None:
    first = ["a b c d e f g h i j k l", "a b c d e f g h i j k l m"]
    readings = iter([first, first, second])
    with pytest.raises(InputError, match="changed"):
        find_near_duplicates(lambda: [next(readings)])


def test_an_impossible_threshold_is_refused() -> None:
    with pytest.raises(UsageError):
        search(["a"], threshold=0.0)
