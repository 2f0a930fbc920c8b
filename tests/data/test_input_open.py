"""What may be opened, and files that change while they are read (J19, J20, R14)."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from afs_engine.data.input_files import read_input
from afs_engine.data.jsonl_block import INCOMPLETE_LAST_LINE, LineBlock, ReaderLimits
from afs_engine.errors import InputError
from tests.data.hostile_files import rows, text

SMALL = ReaderLimits(block_bytes=4096)
MANY = text(rows(20_000))  # longer than the head that is read at once


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        list(read_input(path))
    assert caught.value.hint and caught.value.where is not None
    return caught.value


def test_a_pipe_is_refused_and_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert "pipe" in refusal(tmp_path / "pipe.jsonl").what


def test_a_socket_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert "socket" in refusal(tmp_path / "s").what


def test_a_folder_a_device_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path).what
    assert "device" in refusal(Path("/dev/zero")).what
    assert "no such file" in refusal(tmp_path / "missing.jsonl").what
    assert "no such file" in refusal(Path(__file__) / "below").what
    assert "too long" in refusal(tmp_path / ("n" * 300)).what
    assert "no file name" in refusal(Path("a\0b")).what


def test_links_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("gone\x1b[2J")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "points to nothing: gone\\x1b[2J" in refusal(tmp_path / "dangling").what
    assert "links" in refusal(tmp_path / "a").what


def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").touch(mode=0)
    user = os.geteuid()
    if user == 0:  # root may read anything: be nobody for a moment
        os.seteuid(65534)
    try:
        assert "permission" in refusal(tmp_path / "in").what
    finally:
        os.seteuid(user)


def test_no_bytes_are_no_rows(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl.gz").touch()
    for path in (Path(os.devnull), tmp_path / "empty.jsonl.gz"):
        assert list(read_input(path)) == []


@pytest.mark.parametrize(
    "name", [b"caf\xe9.jsonl", b"a\nb.jsonl", b"-rf", b"*.jsonl", b"$(id).jsonl", b"x" * 245]
)
def test_hostile_names_are_opened(name: bytes, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(text(rows(3)))
    assert sum(len(block.rows) for block in read_input(path)) == 3


def started(path: Path) -> Iterator[LineBlock]:
    """A reading that has given its first rows and has most of the file before it."""
    blocks = read_input(path, limits=SMALL)
    assert next(blocks).rows
    return blocks


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_bytes(MANY)
    return path


def test_appended_rows_belong_to_the_next_reading(path: Path) -> None:
    blocks = started(path)
    with path.open("ab") as file:
        file.write(text(rows(5)) + b'{"torn')
    rest = list(blocks)
    assert rest[-1].notes == [f"the file grew while it was read; its first {len(MANY):,} bytes were read"]
    assert max(block.numbers[-1] for block in rest if block.rows) == 20_000
    assert not any(block.bad for block in rest)


def test_a_torn_tail_that_is_completed_later_is_an_incomplete_line(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(MANY + b'{"instruction": "to')
    blocks = started(path)
    with path.open("ab") as file:
        file.write(b'rn", "output": "x"}\n')
    bad = [bad for block in blocks for bad in block.bad]
    assert [(each.line, each.reason) for each in bad] == [(20_001, INCOMPLETE_LAST_LINE)]


def test_a_truncated_file_is_an_error(path: Path) -> None:
    blocks = started(path)
    os.truncate(path, len(MANY) // 2)
    with pytest.raises(InputError, match="truncated while it was read"):
        list(blocks)


def test_a_truncated_and_regrown_file_is_an_error(path: Path) -> None:
    blocks = started(path)
    path.write_bytes(MANY.replace(b"saves", b"stores"))
    with pytest.raises(InputError, match="changed while it was read"):
        list(blocks)


def test_a_file_rewritten_in_place_is_an_error(path: Path) -> None:
    blocks = started(path)
    with path.open("r+b") as file:
        file.seek(len(MANY) // 2)
        file.write(b"XXXX")
    os.utime(path, ns=(1, 1))  # a coarse clock must not hide the write
    with pytest.raises(InputError, match="changed while it was read"):
        list(blocks)


def test_a_replaced_file_is_an_error(path: Path) -> None:
    blocks = started(path)
    other = path.with_name("other")
    other.write_bytes(MANY)
    other.replace(path)
    with pytest.raises(InputError, match="replaced while it was read"):
        list(blocks)


def test_a_removed_file_is_an_error(path: Path) -> None:
    blocks = started(path)
    path.unlink()
    with pytest.raises(InputError, match="removed while it was read"):
        list(blocks)
