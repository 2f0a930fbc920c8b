"""Checkpoints on disk: whole or absent, and no damaged or foreign one is ever taken."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from afs_engine.errors import StorageError
from afs_engine.stages.training.checkpoints import checkpoint_folder, find_newest, keep_newest
from afs_engine.stages.training.sealed import find_damage, sealing


def save(parent: Path, step: int) -> Path:
    folder = checkpoint_folder(parent, step)
    with sealing(folder) as temp:
        (temp / "adapter_model.safetensors").write_bytes(bytes(range(200)) + bytes([step]))
        (temp / "optimizer.safetensors").write_bytes(b"moments" * 50)
        (temp / "state.json").write_text('{"step": 1}')
    return folder


def flip_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def edit_manifest(folder: Path, old: str, new: str) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace(old, new))


def replace_by_link(folder: Path) -> None:
    (folder / "state.json").rename(folder.parent / "elsewhere.json")
    (folder / "state.json").symlink_to(folder.parent / "elsewhere.json")


def replace_by_folder(folder: Path) -> None:
    (folder / "state.json").unlink()
    (folder / "state.json").mkdir()


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "manifest.json is missing"),
    "empty manifest": (lambda f: (f / "manifest.json").write_bytes(b""), "is not a manifest"),
    "cut manifest": (lambda f: (f / "manifest.json").write_bytes(b'{"files": {'), "is not a manifest"),
    "other json": (lambda f: (f / "manifest.json").write_text("[1, 2]"), "is not a manifest"),
    "file gone": (lambda f: (f / "state.json").unlink(), "state.json is missing"),
    "file empty": (lambda f: (f / "state.json").write_bytes(b""), "state.json has 0 of 11 bytes"),
    "file cut": (
        lambda f: (f / "optimizer.safetensors").write_bytes(b"moments" * 49),
        "optimizer.safetensors has 343 of 350 bytes",
    ),
    "bit flip": (
        lambda f: flip_bit(f / "adapter_model.safetensors"),
        "adapter_model.safetensors does not match its hash",
    ),
    "foreign pickle": (lambda f: (f / "rng_state.pth").write_bytes(b"\x80"), "rng_state.pth does not belong"),
    "link": (replace_by_link, "state.json is not a plain file"),
    "path outside": (lambda f: edit_manifest(f, '"state.json"', '"../state.json"'), "does not belong"),
    "hash of another": (lambda f: edit_manifest(f, '"sha256": "', '"sha256": "0'), "does not match its hash"),
    "a folder for a file": (replace_by_folder, "state.json is not a plain file"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_newest_is_skipped_by_name(tmp_path: Path, name: str) -> None:
    older, newest = save(tmp_path, 10), save(tmp_path, 20)
    damage, words = DAMAGES[name]
    damage(newest)
    chosen, skipped = find_newest(tmp_path)
    assert chosen == older
    assert [bad.path for bad in skipped] == [newest]
    assert words in skipped[0].reason


def test_a_path_out_of_the_folder_is_no_file_of_it(tmp_path: Path) -> None:
    folder = save(tmp_path, 1)
    (tmp_path / "outside").write_text("x")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["../outside"] = manifest["files"]["state.json"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert find_damage(folder) == "manifest.json names a path outside it"


def test_a_whole_link_to_a_checkpoint_is_not_taken(tmp_path: Path) -> None:
    elsewhere = save(tmp_path / "other", 5)
    checkpoint_folder(tmp_path, 7).symlink_to(elsewhere)
    chosen, skipped = find_newest(tmp_path)
    assert chosen is None
    assert skipped[0].reason == "it is a link"


def test_steps_are_numbers_not_words(tmp_path: Path) -> None:
    for step in (9, 10, 100):
        save(tmp_path, step)
    assert find_newest(tmp_path)[0] == checkpoint_folder(tmp_path, 100)


def test_an_interrupted_write_leaves_the_old_one_and_is_swept(tmp_path: Path) -> None:
    folder = save(tmp_path, 3)
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(KeyboardInterrupt), sealing(folder) as temp:
        (temp / "half").write_bytes(b"x")
        raise KeyboardInterrupt
    assert (folder / "manifest.json").read_bytes() == before
    (tmp_path / ".afs-tmp-dead-checkpoint-4").mkdir()  # as a killed process leaves it
    assert find_newest(tmp_path) == (folder, [])
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-3"]


def test_a_refusing_disk_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write"), sealing(tmp_path / "file" / "checkpoint-1"):
        pass


def test_a_damaged_one_beyond_the_present_step_does_not_push_out_good_ones(tmp_path: Path) -> None:
    for step in (10, 20, 30):
        save(tmp_path, step)
    (checkpoint_folder(tmp_path, 30) / "state.json").unlink()
    save(tmp_path, 23)  # training went on from 20
    keep_newest(tmp_path, 1, step=23)
    assert find_newest(tmp_path)[0] == checkpoint_folder(tmp_path, 23)
    assert not checkpoint_folder(tmp_path, 20).exists()
