"""Run folders: numbers, taking up what was not finished, and files that don't reach back into the store."""

import json
from pathlib import Path

import pytest

from afs_engine.errors import StorageError
from afs_engine.runs.journal import Journal
from afs_engine.runs.run_folder import MANIFEST, RunFolder, open_run_folder

RECIPE = '[run]\nname = "demo"  # é\n'


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def finished(runs: Path, recipe: str = RECIPE) -> RunFolder:
    folder = open_run_folder(runs, "demo", recipe)
    folder.write_json(MANIFEST, {})
    return folder


def test_finished_runs_get_numbers_and_are_never_taken_up(runs: Path) -> None:
    opened = [finished(runs) for _ in range(3)]
    assert [each.path.name for each in opened] == ["demo", "demo-2", "demo-3"]
    assert not any(each.resumed for each in opened)
    assert (opened[2].path / "recipe.toml").read_text(encoding="utf-8") == RECIPE


def test_an_unfinished_run_of_the_same_recipe_is_taken_up(runs: Path) -> None:
    first = open_run_folder(runs, "demo", RECIPE)
    again = open_run_folder(runs, "demo", RECIPE)
    assert (again.path, again.resumed) == (first.path, True)
    other = open_run_folder(runs, "demo", RECIPE + "[split]\n")
    assert (other.path.name, other.resumed) == ("demo-2", False)
    assert open_run_folder(runs, "demo", RECIPE).path == first.path


def test_a_run_in_progress_is_left_alone(runs: Path) -> None:
    first = open_run_folder(runs, "demo", RECIPE)
    with Journal(first.journal, []):
        assert open_run_folder(runs, "demo", RECIPE).path.name == "demo-2"
    assert open_run_folder(runs, "demo", RECIPE).path == first.path


@pytest.mark.parametrize("recipe", [None, b"\xff\xfe"])
def test_a_folder_that_is_no_run_is_passed_over(runs: Path, recipe: bytes | None) -> None:
    (runs / "demo").mkdir(parents=True)
    if recipe is not None:
        (runs / "demo" / "recipe.toml").write_bytes(recipe)
    (runs / "demo-2").write_text("a file in the way")
    assert open_run_folder(runs, "demo", RECIPE).path.name == "demo-3"


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file in the way")
    with pytest.raises(StorageError, match="runs"):
        open_run_folder(tmp_path / "runs", "demo", RECIPE)


def test_json_has_the_same_bytes_whatever_the_order_of_keys(runs: Path) -> None:
    folder = finished(runs)
    folder.write_json("a.json", {"b": [1, 2**70], "a": {"é": None}})
    folder.write_json("b.json", {"a": {"é": None}, "b": [1, 2**70]})
    text = (folder.path / "a.json").read_bytes()
    assert text == (folder.path / "b.json").read_bytes()
    assert json.loads(text) == {"a": {"é": None}, "b": [1, 2**70]}
    assert text.endswith(b"}\n")


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    folder = tmp_path / "store" / "data"
    (folder / "sub").mkdir(parents=True)
    (folder / "train.jsonl").write_text("train")
    (folder / "sub" / "card.json").write_text("card")
    return folder


def test_stored_files_are_adopted_without_a_copy_and_can_not_be_written_through(
    runs: Path, stored: Path
) -> None:
    folder = finished(runs)
    for _ in range(2):  # twice is as once
        folder.adopt("data", stored)
        folder.adopt("card.json", stored / "sub" / "card.json")
    assert (folder.path / "data" / "train.jsonl").samefile(stored / "train.jsonl")
    assert (folder.path / "data" / "sub" / "card.json").read_text() == "card"
    assert (folder.path / "card.json").read_text() == "card"
    assert (stored / "train.jsonl").stat().st_mode & 0o222 == 0


def test_an_adopted_file_replaces_what_an_unfinished_run_left(runs: Path, stored: Path) -> None:
    folder = finished(runs)
    (folder.path / "data").mkdir()
    (folder.path / "data" / "train.jsonl").write_text("half")
    folder.adopt("data", stored)
    assert (folder.path / "data" / "train.jsonl").read_text() == "train"


def test_where_the_disk_can_not_link_files_are_copied(
    runs: Path, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)
    folder = finished(runs)
    folder.adopt("data", stored)
    assert (folder.path / "data" / "train.jsonl").read_text() == "train"
    assert not (folder.path / "data" / "train.jsonl").samefile(stored / "train.jsonl")
    assert sorted(p.name for p in (folder.path / "data").iterdir()) == ["sub", "train.jsonl"]
