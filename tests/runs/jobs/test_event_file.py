"""Reading a job's events piece by piece, while they are written."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from afs_engine.events import LogLine, Progress
from afs_engine.runs.jobs.event_file import read_events, read_last_events


def line(number: int) -> bytes:
    return Progress(stage="train", done=number).model_dump_json().encode() + b"\n"


def numbers(events: list[object]) -> list[int]:
    return [event.done for event in events if isinstance(event, Progress)]


@given(cuts=st.lists(st.integers(1, 200), max_size=12))
def test_events_come_once_each_however_the_file_grows(tmp_path_factory: object, cuts: list[int]) -> None:
    path = tmp_path_factory.mktemp("events") / "events.jsonl"  # type: ignore[attr-defined]
    whole = b"".join(line(number) for number in range(10))
    seen: list[int] = []
    offset = 0
    with path.open("ab") as file:
        at = 0
        for cut in [*cuts, len(whole)]:
            file.write(whole[at : at + cut])
            file.flush()
            at += cut
            batch = read_events(path, offset)
            seen += numbers(list(batch.events))
            offset = batch.offset
    assert seen == list(range(10))
    assert offset == len(whole)


def test_foreign_lines_are_passed_over_and_a_file_begun_anew_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert read_events(path, 40) == read_events(path, 0)
    path.write_bytes(line(1) + b"nonsense\n\xff\n" + line(2))
    batch = read_events(path, 0)
    assert numbers(list(batch.events)) == [1, 2]
    path.write_bytes(line(3))
    assert numbers(list(read_events(path, batch.offset).events)) == [3]


def test_a_gigantic_line_does_not_stop_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"x" * (5 << 20) + b"\n" + line(4))
    offset, seen = 0, []
    for _ in range(10):
        batch = read_events(path, offset)
        offset, seen = batch.offset, [*seen, *numbers(list(batch.events))]
    assert seen == [4]


def test_the_end_is_found_without_reading_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"".join(line(number) for number in range(20_000)))
    begin = path.stat().st_size
    seen = numbers(list(read_last_events(path, 0)))
    assert seen[-1] == 19_999
    assert len(seen) < 2000
    assert read_last_events(path, begin) == []
    with path.open("ab") as file:
        file.write(LogLine(text="new").model_dump_json().encode() + b"\n{torn")
    assert read_last_events(path, begin) == [LogLine(text="new")]
