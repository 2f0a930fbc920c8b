"""Lines of a log: none lost, none counted twice, whatever is in the file."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat import lines as lines_module
from afs_engine.stages.sources.chat.lines import LogLines


class _Row(msgspec.Struct):
    n: int


decode_row = msgspec.json.Decoder(_Row).decode


def read(path: Path) -> tuple[list[int], RecordCounts]:
    counts = RecordCounts()
    rows = [row.n for records, _ in LogLines(path, counts).decode(decode_row) for row in records]
    counts.used = len(rows)
    assert counts.missing == 0
    return rows, counts


def test_every_kind_of_line(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"n":1}\r\n\n  \n{"n":"x","type":"odd"}\n{"n":2\n{"n":3}\n[4]\n{"n":5}')
    rows, counts = read(path)
    assert rows == [1, 3, 5]
    assert counts.read == 6
    assert counts.skipped == {"unknown type": 1, "malformed line": 2}
    assert counts.unknown == {"odd": 1}


def test_a_growing_file_gives_its_complete_lines(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    whole = b'{"n":1}\n{"n":22}\n'
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        rows, counts = read(path)
        assert rows == [n for n, last in ((1, 7), (22, 16)) if end >= last]
        assert sum(counts.skipped.values()) == (end not in (0, 7, 8, 16, 17))
        assert set(counts.skipped) <= {"incomplete line"}


@settings(max_examples=60)
@given(data=st.data(), block=st.integers(1, 40))
def test_blocks_of_any_size_cut_no_line(
    data: st.DataObject, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pieces = st.sampled_from([b'{"n":1}', b'{"n":2222222}', b"", b"rubbish", b'{"n":', b" ", b'{"x":1}'])
    lines = data.draw(st.lists(pieces, max_size=12))
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    path.write_bytes(b"\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_module, "_BLOCK_BYTES", block)
        rows, counts = read(path)
    assert rows == [int(line[5:-1]) for line in lines if line.startswith(b'{"n":') and line.endswith(b"}")]
    assert counts.read == sum(1 for line in lines if line.strip())


def test_too_long_a_line_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "_BLOCK_BYTES", 16)
    monkeypatch.setattr(lines_module, "_MAX_LINE_BYTES", 64)
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"n":1}\n{"n":2,"x":"' + b"x" * 500 + b'"}\n{"n":3}\n{"n":4,"x":"' + b"y" * 500)
    rows, counts = read(path)
    assert rows == [1, 3]
    assert counts.skipped == {"line too long": 2}


def test_all_lines_skipped_at_once(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"n":1}\n\n  \nrubbish\n{"n":')
    counts = RecordCounts()
    LogLines(path, counts).skip_all("sub-agent")
    assert (counts.read, dict(counts.skipped)) == (3, {"sub-agent": 3})
