"""Rebuilding: the damaged file is kept, what is sound in it and what the runs know is there again."""

import sqlite3
from pathlib import Path

import pytest

from afs_engine.errors import InputError, StorageError
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment
from afs_engine.stages.registry.rebuild import rebuild


def experiment(version: int = 0, **more: object) -> Experiment:
    return Experiment.model_validate({"name": "majora", "base_model": "nano", "version": version, **more})


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Twelve experiments over several pages, two promotions."""
    made = Registry(tmp_path / "registry.sqlite")
    for number in range(12):
        made.add(experiment(notes=f"{number} " + "x" * 1500))
    made.promote("majora@3", "a")
    made.promote("majora@5", "b")
    return made


def test_a_page_lost_in_the_middle(registry: Registry) -> None:
    before = registry.list_all()
    data = bytearray(registry.path.read_bytes())
    place = data.index(b'"notes":"6 xx')
    data[place : place + 60] = b"\0" * 60
    registry.path.write_bytes(bytes(data))
    with pytest.raises(StorageError, match="damaged"):
        registry.list_all()
    made = rebuild(registry.path, before)
    assert Path(made.backup).read_bytes() == bytes(data)
    assert Path(made.backup).name == "registry.sqlite.damaged-1"
    assert made.added == ["majora@7"]
    assert len(made.kept) == 11
    assert registry.list_all() == before
    assert [step.version for step in registry.promotions()] == [3, 5]


def test_a_file_that_is_beyond_reading(registry: Registry) -> None:
    before = registry.list_all()
    for number, garbage in enumerate((b"", b"no database\n" * 99, bytes(100)), start=1):
        registry.path.write_bytes(garbage)
        made = rebuild(registry.path, before[:7])
        assert (made.kept, len(made.added), made.promotions) == ([], 7, 0)
        assert made.backup.endswith(f".damaged-{number}")
        assert Path(made.backup).read_bytes() == garbage
        assert registry.list_all() == before[:7]


def test_a_sound_file_only_gets_what_it_lacks(registry: Registry) -> None:
    registry.change("majora@2", lambda each: each.model_copy(update={"notes": "mine"}))
    made = rebuild(registry.path, [experiment(2, notes="the run's"), experiment(20)])
    assert (made.backup, made.added, len(made.kept)) == ("", ["majora@20"], 12)
    assert registry.find("majora@2").notes == "mine"
    assert len(list(registry.path.parent.iterdir())) == 1


def test_a_file_that_is_gone_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "registry.sqlite"
    assert rebuild(path, [experiment(2), experiment(1)]).added == ["majora@2", "majora@1"]
    assert [each.label for each in Registry(path).list_all()] == ["majora@1", "majora@2"]


def test_a_newer_file_is_refused_untouched(registry: Registry) -> None:
    with sqlite3.connect(registry.path) as database:
        database.execute("PRAGMA user_version = 9")
    database.close()
    before = registry.path.read_bytes()
    with pytest.raises(InputError, match="written by a newer AFS"):
        rebuild(registry.path, [experiment(1)])
    assert registry.path.read_bytes() == before
    assert len(list(registry.path.parent.iterdir())) == 1
