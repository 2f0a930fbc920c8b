"""Atomic files: whole or absent, and what stood there before still stands."""

import os
from pathlib import Path

import pytest

from afs_engine.data.atomic import atomic_file, write_atomic
from afs_engine.errors import StorageError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_with_its_folders(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "c.jsonl"
    with atomic_file(target) as file:
        file.write(b"one")
        assert not target.exists()
    assert target.read_bytes() == b"one"
    assert names(target.parent) == ["c.jsonl"]


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), StorageError("y"), SystemExit(3)])
def test_an_error_leaves_the_old_file(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "a.jsonl"
    target.write_bytes(b"old")
    with pytest.raises(type(error)), atomic_file(target) as file:
        file.write(b"new" * 1_000_000)
        raise error
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.jsonl"]


def test_a_full_disk_is_told_with_the_target_and_a_hint(tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    told = r"a\.jsonl: cannot write: No space left.*\(free some space"
    with pytest.raises(StorageError, match=told), atomic_file(target):
        raise OSError(28, os.strerror(28))
    assert names(tmp_path) == []


def test_a_file_in_the_way_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for target in (tmp_path / "file" / "a.jsonl", tmp_path / "file" / "folder" / "a.jsonl"):
        with pytest.raises(StorageError, match=r"cannot write: .*a part of the path is a file"):
            write_atomic(target, b"")
    assert names(tmp_path) == ["file"]


def test_a_folder_in_the_way_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").mkdir()
    with pytest.raises(StorageError, match="Is a directory"):
        write_atomic(tmp_path / "a.jsonl", b"x")
    assert names(tmp_path) == ["a.jsonl"]


def test_a_device_or_a_pipe_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "null").symlink_to(os.devnull)
    for target in (pipe, tmp_path / "null"):
        with pytest.raises(StorageError, match="a device or a pipe"):
            write_atomic(target, b"x")
    assert pipe.is_fifo()
    assert names(tmp_path) == ["null", "pipe"]


@pytest.mark.parametrize("name", ["字" * 85, "a" * 255, "é" * 127])
def test_the_longest_names_fit(tmp_path: Path, name: str) -> None:
    write_atomic(tmp_path / name, b"x")
    assert names(tmp_path) == [name]


def test_the_shell_decides_who_may_read(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_atomic(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_what_could_not_be_read_is_not_told_of_the_target(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match=r"/locked/notes: cannot read or write: Permission denied"),
        atomic_file(tmp_path / "out.jsonl"),
    ):
        raise PermissionError(13, "Permission denied", "/locked/notes")
    assert list(tmp_path.iterdir()) == []
