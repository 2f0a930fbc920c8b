"""The score cache: it remembers, it is shared, and no state of its file stops a run."""

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from afs_engine.stages.scoring.cache import ScoreCache, cache_keys
from afs_engine.stages.scoring.cached_scores import measure_cached

TEXTS = ["LDA #$10", "prose", "", "é\ud800"]


class CountingMeasure:
    """Scores a text by its length, None for prose; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[float | None]:
        self.asked += texts
        return [None if text == "prose" else len(text) / 100 for text in texts]


def scores_with(path: Path, measure: CountingMeasure, texts: Sequence[str] = TEXTS) -> list[float]:
    with ScoreCache(path) as cache:
        scores: list[float] = measure_cached(measure, "length 1", texts, cache).tolist()
        return scores


def test_a_second_measuring_asks_nothing_and_answers_the_same(tmp_path: Path) -> None:
    first, second = CountingMeasure(), CountingMeasure()
    scores = scores_with(tmp_path / "cache" / "scores.db", first)
    assert first.asked == TEXTS
    assert np.array_equal(scores, scores_with(tmp_path / "cache" / "scores.db", second), equal_nan=True)
    assert second.asked == []


def test_equal_texts_are_measured_once_also_without_a_cache() -> None:
    measure = CountingMeasure()
    scores = measure_cached(measure, "length 1", ["aa", "b", "aa"], None)
    assert measure.asked == ["aa", "b"]
    assert scores.tolist() == pytest.approx([0.02, 0.01, 0.02])


def test_another_version_is_another_score(tmp_path: Path) -> None:
    measure = CountingMeasure()
    with ScoreCache(tmp_path / "scores.db") as cache:
        measure_cached(measure, "length 1", ["aa"], cache)
        measure_cached(measure, "length 2", ["aa"], cache)
    assert measure.asked == ["aa", "aa"]
    assert len(set(cache_keys("a", ["bc"]) + cache_keys("ab", ["c"]) + cache_keys("a", ["b"]))) == 3


def test_more_rows_than_a_query_takes(tmp_path: Path) -> None:
    texts = [str(number) for number in range(2500)]
    with ScoreCache(tmp_path / "scores.db") as cache:
        expected = measure_cached(CountingMeasure(), "length 1", texts, cache).tolist()
        again = CountingMeasure()
        assert measure_cached(again, "length 1", texts, cache).tolist() == expected
    assert again.asked == []


def test_what_was_measured_before_a_failure_is_kept(tmp_path: Path) -> None:
    texts = [str(number) for number in range(2000)]

    def fail_late(part: Sequence[str]) -> list[float | None]:
        if "1999" in part:
            raise KeyboardInterrupt
        return [0.5] * len(part)

    measure = CountingMeasure()
    with ScoreCache(tmp_path / "scores.db") as cache:
        with pytest.raises(KeyboardInterrupt):
            measure_cached(fail_late, "half 1", texts, cache)
        measure_cached(measure, "half 1", texts, cache)
    assert measure.asked == texts[1024:]


def overwrite(path: Path, start: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(data)


@pytest.mark.parametrize("damage", ["header", "pages", "truncated", "text file", "empty"])
def test_a_damaged_file_is_set_aside_and_rebuilt(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "scores.db"
    texts = [str(number) for number in range(2000)]
    expected = scores_with(path, CountingMeasure(), texts)
    match damage:
        case "header":
            overwrite(path, 0, b"\xff" * 100)
        case "pages":
            overwrite(path, 4096, b"\xff" * (path.stat().st_size - 4096))
        case "truncated":
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size // 2 + 7)
        case "text file":
            path.write_text("this was never a database\n" * 400)
        case "empty":
            path.write_bytes(b"")
    measure = CountingMeasure()
    with ScoreCache(path) as cache:
        assert measure_cached(measure, "length 1", texts, cache).tolist() == expected
        assert bool(cache.trouble) == (damage != "empty")
        assert Path(f"{path}.damaged").exists() == (damage != "empty")
    assert sorted(measure.asked) == sorted(texts)
    rebuilt = CountingMeasure()
    assert scores_with(path, rebuilt, texts) == expected
    assert rebuilt.asked == []


def test_a_value_that_is_no_score_is_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "scores.db"
    scores_with(path, CountingMeasure(), ["aa", "bb"])
    with sqlite3.connect(path) as database:
        database.execute("UPDATE scores SET value = 7.5")
    measure = CountingMeasure()
    assert scores_with(path, measure, ["aa", "bb"]) == pytest.approx([0.02, 0.02])
    assert measure.asked == ["aa", "bb"]


@pytest.mark.parametrize("obstacle", ["folder", "parent is a file", "foreign table"])
def test_a_file_that_cannot_be_used_turns_the_cache_off(tmp_path: Path, obstacle: str) -> None:
    path = tmp_path / "sub" / "scores.db"
    if obstacle == "folder":
        path.mkdir(parents=True)
    elif obstacle == "parent is a file":
        path.parent.write_text("")
    else:
        path.parent.mkdir()
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE scores (other TEXT)")
    with ScoreCache(path) as cache:
        assert measure_cached(CountingMeasure(), "length 1", ["aa"], cache).tolist() == pytest.approx([0.02])
        assert cache.trouble.startswith("the score cache is off")


WRITER = """
import sys
from pathlib import Path
from afs_engine.stages.scoring.cache import ScoreCache, cache_keys
start = int(sys.argv[2])
with ScoreCache(Path(sys.argv[1])) as cache:
    for first in range(start, start + 400, 20):
        keys = cache_keys("shared", [str(number) for number in range(first, first + 20)])
        cache.put_many(dict.fromkeys(keys, 0.5))
        assert len(cache.get_many(keys)) == 20
    assert not cache.trouble, cache.trouble
"""


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "scores.db"
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*command, str(start)]) for start in (0, 200)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    with ScoreCache(path) as cache:
        assert len(cache.get_many(cache_keys("shared", [str(number) for number in range(600)]))) == 600


def test_a_new_file_of_another_process_is_not_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "scores.db"
    texts = [str(number) for number in range(2000)]
    scores_with(path, CountingMeasure(), texts)
    slow = ScoreCache(path)
    slow.get_many(cache_keys("length 1", ["1"]))
    overwrite(path, 4096, b"\xff" * (path.stat().st_size - 4096))
    scores_with(path, CountingMeasure(), texts)  # the other process: sets the file aside, begins a new one
    slow.get_many(cache_keys("length 1", texts))
    slow.close()
    last = CountingMeasure()
    scores_with(path, last, texts)
    assert last.asked == []
