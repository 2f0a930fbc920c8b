"""Lines of a log: none lost, none counted twice, whatever is in the file."""

import gzip
import os
from collections import Counter
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from afs_engine.data.jsonl_block import BadLine
from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat import lines as lines_module
from afs_engine.stages.sources.chat.lines import LogLines


class _Row(msgspec.Struct):
    n: int
    s: str = ""


ROWS = msgspec.json.Decoder(_Row)


def read(path: Path) -> tuple[list[int], RecordCounts]:
    counts = RecordCounts()
    rows = [row.n for records, _ in LogLines(path, counts).decode(ROWS) for row in records]
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


def refused(path: Path) -> tuple[list[int], list[BadLine]]:
    """The rows, and the refused lines with their places."""
    counts, bad = RecordCounts(), []
    counts.on_refused = lambda _, each: bad.append(each)
    rows = [row.n for records, _ in LogLines(path, counts).decode(ROWS) for row in records]
    assert counts.read == len(rows) + sum(counts.skipped.values())
    return rows, bad


@pytest.mark.parametrize("block", [7, 64, 150])
def test_a_refused_line_is_told_with_its_place_and_its_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(lines_module, "_BLOCK_BYTES", block)
    monkeypatch.setattr(lines_module, "_MAX_LINE_BYTES", 200)
    faults = {
        b'{"n":1,': "not JSON",
        b"[1]": "not an object",
        b'{"n":1}{"n":2}': "several values on one line",
        b'{"n":NaN}': "NaN or Infinity",
        b'{"n":1,"s":"\xff"}': "invalid UTF-8",
        b'{"n":1,"x":"\x01"}': "control character in a string",
        b"\0\0\0": "NUL bytes",
        b'{"n":1,"x":"' + b"x" * 300 + b'"}': "line too long",
        b'{"n":1,"x":"' + b"y" * 30: "incomplete last line",
    }
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"n":0}\n' + b'\n{"n":7}\r\n'.join(faults))
    rows, bad = refused(path)
    assert rows == [0] + [7] * (len(faults) - 1)
    whole = path.read_bytes()
    for number, (line, fault, each) in enumerate(zip(faults, faults.values(), bad, strict=True)):
        assert (each.line, each.reason) == (2 + 2 * number, fault)
        assert whole[each.offset : each.offset + each.length] == line
        assert line.startswith(each.raw)


def test_rows_beside_nul_bytes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"n":1}\n' + b"\0" * 5000 + b'{"n":2}\n{"n":3}\n' + b"\0" * 100)
    rows, bad = refused(path)
    assert rows == [1, 2, 3]
    assert [(each.line, each.length) for each in bad] == [(4, 100)]


def test_numbers_keys_and_depth_beyond_measure(tmp_path: Path) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    lines = [
        b'{"n":1,"n":2}',  # the last one counts, as for who wrote it
        b'{"n":3,"x":' + b"9" * 4000 + b"}",
        b'{"n":' + b"9" * 400 + b"}",
        b'{"n":4,"x":' + deep + b"}",
        b'{"n":5,"x":1e999}',
        b'{"n":6}',
    ]
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    rows, counts = read(path)
    assert rows[:2] == [2, 3]
    assert rows[-1] == 6
    assert counts.read == 6
    assert set(counts.skipped) <= {"unknown type", "malformed line"}


def test_packed_logs_are_told_by_their_content(tmp_path: Path) -> None:
    content = b'{"n":1}\n{"n":2}\n'
    for packed in (gzip.compress(content), zstandard.compress(content), content):
        path = tmp_path / "log.jsonl"
        path.write_bytes(packed)
        assert read(path)[0] == [1, 2]
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(gzip.compress(content + b'{"n":3}\n' * 100_000)[:-20])
    rows, counts = read(cut)
    assert rows[:3] == [1, 2, 3]
    assert counts.skipped["damaged archive"] == 1


def test_what_is_no_file_counts_once(tmp_path: Path) -> None:
    pipe, dangling = tmp_path / "pipe.jsonl", tmp_path / "dangling.jsonl"
    os.mkfifo(pipe)
    dangling.symlink_to(tmp_path / "nowhere")
    for path in (pipe, dangling, tmp_path, tmp_path / "gone.jsonl"):
        assert read(path) == ([], RecordCounts(read=1, skipped=Counter({"unreadable file": 1})))


def test_all_lines_skipped_at_once(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"n":1}\n\n  \nrubbish\n{"n":')
    counts = RecordCounts()
    LogLines(path, counts).skip_all("sub-agent")
    assert (counts.read, dict(counts.skipped)) == (3, {"sub-agent": 3})
