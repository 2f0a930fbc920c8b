"""Digests: which changes show, and that the same input gives the same key everywhere."""

import hashlib
from pathlib import Path

import pytest

from afs_engine.data.digest import FilesHasher, hash_files, hash_group, hash_key, sha256_file
from afs_engine.data.hashed_file import HashedFile


def test_keys_are_the_same_on_every_machine() -> None:
    assert hash_key({"b": 1, "a": ["é", None]}) == hash_key({"a": ["é", None], "b": 1})
    assert hash_key(["export", 1]) == "3c8eb3b6be06fe9360bdc9e83ade1b8c"
    assert hash_group("memory/a.md") == 11009461022720817129
    assert hash_key(1) != hash_key("1")
    assert hash_key("\udcff") != hash_key("\udcfe")  # names of files that are not UTF-8


def write(folder: Path, files: list[tuple[str, bytes]]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name, _ in files]
    for path, (_, data) in zip(paths, files, strict=True):
        path.write_bytes(data)
    return paths


def test_names_contents_and_order_of_files_count(tmp_path: Path) -> None:
    sets = [
        [("a", b"1"), ("b", b"2")],
        [("b", b"2"), ("a", b"1")],
        [("a", b"2"), ("b", b"1")],
        [("a", b"1"), ("c", b"2")],
        [("a", b"1b\0" + b"2")],
        [("a", b"1"), ("b", b"")],
        [],
    ]
    digests = [hash_files(write(tmp_path / str(number), files)) for number, files in enumerate(sets)]
    assert len(set(digests)) == len(sets)
    assert digests[0] == hash_files(write(tmp_path / "again", sets[0]))


def test_files_hashed_while_they_are_written_have_the_digest_of_the_files(tmp_path: Path) -> None:
    files = [("rows", b"some bytes"), ("index", b"more")]
    hasher = FilesHasher()
    hasher.begin("rows")
    for part in (b"some", b" ", b"", b"bytes"):
        hasher.update(part)
    hasher.end()
    paths = write(tmp_path, files)
    hasher.add_file(paths[1])
    assert hasher.hexdigest() == hash_files(paths)


def test_a_hashed_file_knows_what_was_written(tmp_path: Path) -> None:
    with HashedFile(tmp_path / "a") as file:
        for part in (b"some", b" bytes" * 1000):
            file.write(part)
    assert (tmp_path / "a").read_bytes() == b"some" + b" bytes" * 1000
    assert file.sha256 == sha256_file(tmp_path / "a")


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_files_sha256_is_what_other_tools_say(tmp_path: Path, size: int) -> None:
    data = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    (path,) = write(tmp_path, [("a", data[:size])])
    assert sha256_file(path) == hashlib.sha256(data[:size]).hexdigest()
