"""Digests of inputs are remembered just as long as the files can't have changed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from afs_engine.data import input_digests
from afs_engine.data.digest import hash_files
from afs_engine.data.input_digests import InputDigests
from afs_engine.errors import InputError

LATER = 4e9  # a clock long after any file of these tests


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files whose bytes are read."""
    names: list[str] = []

    def counted(paths: list[Path]) -> str:
        names.extend(path.name for path in paths)
        return hash_files(paths)

    monkeypatch.setattr(input_digests, "hash_files", counted)
    return names


@pytest.fixture
def digests(tmp_path: Path) -> Callable[..., InputDigests]:
    """Opens the memory as a new run would, at some time."""
    return lambda now=LATER: InputDigests(tmp_path / "memory.json", clock=lambda: now)


def test_an_unchanged_file_is_read_once(
    tmp_path: Path, reads: list[str], digests: Callable[..., InputDigests]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("one")
    first = digests()
    digest = first.of_file(path)
    first.save()
    assert digests().of_file(path) == digest == hash_files([path])
    assert reads == ["a.jsonl"]


@pytest.mark.parametrize("how", ["longer", "same size", "same size and times", "replaced"])
def test_a_change_shows(
    tmp_path: Path, reads: list[str], digests: Callable[..., InputDigests], how: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("one")
    stat = path.stat()
    first = digests()
    before = first.of_file(path)
    first.save()
    if how == "replaced":
        path.unlink()
    path.write_text("three" if how == "longer" else "two")
    times = (stat.st_atime_ns, stat.st_mtime_ns if how.endswith("times") else stat.st_mtime_ns + 1)
    os.utime(path, ns=times)  # its ctime can't be set
    assert digests().of_file(path) != before
    assert reads == ["a.jsonl", "a.jsonl"]


def test_a_file_that_has_just_changed_is_not_remembered(
    tmp_path: Path, reads: list[str], digests: Callable[..., InputDigests]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("one")
    changed = max(path.stat().st_mtime, path.stat().st_ctime)
    for now in (changed + 1, changed + 3, changed + 3):
        each = digests(now)
        each.of_file(path)
        each.save()
    assert reads == ["a.jsonl", "a.jsonl"]


def test_a_tree_is_names_and_contents(tmp_path: Path, digests: Callable[..., InputDigests]) -> None:
    tree = tmp_path / "tree"
    (tree / "sub").mkdir(parents=True)
    (tree / "a.asm").write_text("a")
    (tree / "sub" / "b.ASM").write_text("b")
    (tree / "c.md").write_text("c")
    everything, code = digests().of_tree(tree), digests().of_tree(tree, [".asm"])
    assert everything != code
    (tree / "c.md").write_text("other")
    assert digests().of_tree(tree) != everything
    assert digests().of_tree(tree, [".asm"]) == code
    (tree / "sub" / "b.ASM").rename(tree / "b.asm")
    assert digests().of_tree(tree, [".asm"]) != code


@pytest.mark.parametrize("damage", [b"", b"{", b'{"digests": 3}', b"\xff"])
def test_a_damaged_memory_is_forgotten(
    tmp_path: Path, reads: list[str], digests: Callable[..., InputDigests], damage: bytes
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("one")
    (tmp_path / "memory.json").write_bytes(damage)
    each = digests()
    assert each.of_file(path) == hash_files([path])
    each.save()
    digests().of_file(path)
    assert reads == ["a.jsonl"]


def test_nothing_learned_writes_nothing(tmp_path: Path, digests: Callable[..., InputDigests]) -> None:
    digests().save()
    assert not (tmp_path / "memory.json").exists()


def test_a_name_that_is_not_utf8_is_no_crash(tmp_path: Path, digests: Callable[..., InputDigests]) -> None:
    path = tmp_path / os.fsdecode(b"bad\xff.jsonl")
    path.write_text("one")
    each = digests()
    assert each.of_file(path) == hash_files([path])
    each.save()
    assert digests().of_file(path) == hash_files([path])


def test_what_can_not_be_read_is_named(tmp_path: Path, digests: Callable[..., InputDigests]) -> None:
    with pytest.raises(InputError, match=r"absent\.jsonl: can't read this input: No such file"):
        digests().of_file(tmp_path / "absent.jsonl")
    with pytest.raises(InputError, match="Is a directory"):
        digests().of_file(tmp_path)
