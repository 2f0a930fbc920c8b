"""The journal: events as they happened, whatever became of the process that wrote them."""

from pathlib import Path

import pytest

from afs_engine.errors import StorageError
from afs_engine.events import AnyEvent, LogLine, Progress, RunStarted, StageStarted
from afs_engine.runs.journal import Journal, is_in_use, read_journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_events_are_stamped_stored_and_passed_on(path: Path) -> None:
    heard: list[AnyEvent] = []
    times = iter([1000.12345, 1001.0])
    with Journal(path, [heard.append], clock=lambda: next(times)) as journal:
        journal.record(RunStarted(name="run", run_dir="runs/run", recipe="recipe.toml"))
        assert list(read_journal(path)) == heard  # readable at once
        journal.record(LogLine(level="warning", text="half\na line \x1b[31m é"))
    assert [event.at for event in heard] == [1000.123, 1001.0]
    assert list(read_journal(path)) == heard
    assert len(path.read_bytes().splitlines()) == 2


def test_a_second_run_goes_on_where_the_first_ended(path: Path) -> None:
    for stage in ("export", "score"):
        with Journal(path, []) as journal:
            journal.record(StageStarted(stage=stage))
    assert [event.stage for event in read_journal(path) if isinstance(event, StageStarted)] == [
        "export",
        "score",
    ]


def test_a_torn_last_line_costs_nothing_but_itself(path: Path) -> None:
    with Journal(path, []) as journal:
        journal.record(StageStarted(stage="export"))
        journal.record(Progress(stage="export", done=1))
    path.write_bytes(path.read_bytes()[:-10])
    assert [event.type for event in read_journal(path)] == ["StageStarted"]
    with Journal(path, []) as journal:
        journal.record(StageStarted(stage="score"))
    assert [event.type for event in read_journal(path)] == ["StageStarted", "StageStarted"]


def test_foreign_lines_are_passed_over(path: Path) -> None:
    with Journal(path, []) as journal:
        journal.record(StageStarted(stage="export"))
    good = path.read_bytes()
    foreign = b'\n{"type":"CostTick","usd":1}\n[1]\n\xff\xfe\n{"type":"StageStarted","stage":"x","new":1}\n'
    path.write_bytes(foreign + good)
    assert [event.stage for event in read_journal(path) if isinstance(event, StageStarted)] == ["export"]


def test_a_journal_that_is_not_there_has_no_events(path: Path) -> None:
    assert list(read_journal(path)) == []
    assert not is_in_use(path)


def test_an_open_journal_is_in_use(path: Path) -> None:
    with Journal(path, []):
        assert is_in_use(path)
    assert not is_in_use(path)


def test_a_journal_that_can_not_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"absent/journal\.jsonl"):
        Journal(tmp_path / "absent" / "journal.jsonl", [])
