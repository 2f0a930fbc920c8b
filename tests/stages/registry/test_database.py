"""The registry: versions count up, nothing is lost, nothing damaged or newer is ever overwritten."""

import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from afs_engine.errors import InputError, StorageError, UsageError
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment
from afs_engine.stages.registry.registry_file import SCHEMA_VERSION
from tests.program import ROOT


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "deep" / "registry.sqlite")


def experiment(name: str = "majora", **more: object) -> Experiment:
    return Experiment.model_validate({"name": name, "base_model": "nano", **more})


def test_versions_count_up_within_a_name(registry: Registry) -> None:
    labels = [registry.add(experiment(name)).label for name in ("majora", "zora", "majora", "majora")]
    assert labels == ["majora@1", "zora@1", "majora@2", "majora@3"]
    assert [each.label for each in registry.list_all()] == ["majora@1", "majora@2", "majora@3", "zora@1"]


def test_an_experiment_comes_back_whole(registry: Registry) -> None:
    stored = registry.add(
        experiment(
            parent="majora@1",
            split_digests={"train": "ab"},
            hyperparameters={"learning_rate": 2e-4, "nested": {"a": [1, None]}},
            metrics={"test": {"loss": 1.25}},
            duration_seconds=12.5,
            tags=["asm", "é"],
            notes='line one\nline "two"',
        )
    )
    assert registry.find("majora") == stored
    assert stored.test_loss == 1.25
    assert stored.cost_usd is None  # not measured is not zero
    assert registry.add(experiment()).test_loss is None


def test_finding_by_name_and_by_version(registry: Registry) -> None:
    for number in range(12):
        registry.add(experiment(notes=str(number)))
    assert registry.find("majora").version == 12
    assert registry.find("majora@2").notes == "1"
    with pytest.raises(UsageError, match=r"no experiment 'majroa' in .*did you mean 'majora"):
        registry.find("majroa")
    for label in ("majora@13", "majora@", "majora@two", "@1", ""):
        with pytest.raises(UsageError, match="no experiment"):
            registry.find(label)


def test_listing_by_tag(registry: Registry) -> None:
    registry.add(experiment("a", tags=["asm", "oracle"]))
    registry.add(experiment("b", tags=["asm"]))
    assert [each.name for each in registry.list_all("oracle")] == ["a"]
    assert [each.name for each in registry.list_all("asm")] == ["a", "b"]
    assert registry.list_all("as") == []


def test_reading_a_registry_that_is_not_there_makes_none(registry: Registry) -> None:
    assert registry.list_all() == []
    with pytest.raises(UsageError, match="there are none"):
        registry.find("majora")
    assert not registry.path.parent.exists()


@pytest.mark.parametrize("damage", ["header", "middle", "text"])
def test_a_damaged_file_is_told_and_left_as_it_is(registry: Registry, damage: str) -> None:
    for number in range(9):
        registry.add(experiment(notes="x" * 2500 + str(number)))
    data = bytearray(registry.path.read_bytes())
    if damage == "header":
        data[:16] = b"\0" * 16
    elif damage == "middle":
        data[4096 : len(data) - 4096] = b"\xaa" * (len(data) - 8192)
    else:
        data[:] = b"this is no database\n" * 50
    registry.path.write_bytes(bytes(data))
    for action in (registry.list_all, lambda: registry.find("majora"), lambda: registry.add(experiment())):
        with pytest.raises(
            StorageError, match=r"registry\.sqlite: the registry is damaged.*registry-rebuild"
        ):
            action()
    assert registry.path.read_bytes() == bytes(data)


def test_a_record_changed_by_another_hand_is_told(registry: Registry) -> None:
    registry.add(experiment(metrics={"test": {"loss": 1.25}}))
    with sqlite3.connect(registry.path) as database:
        database.execute("UPDATE experiments SET record = replace(record, '1.25', '0.25')")
    with pytest.raises(StorageError, match="damaged: experiment majora@1 is not as it was written"):
        registry.list_all()


def test_no_changed_byte_goes_unnoticed(registry: Registry) -> None:
    """Whatever byte is hit: either it is told, or nothing that the registry says has changed."""
    for number in range(6):
        registry.add(experiment(tags=[f"t{number}"], notes="x" * 300))
    registry.promote("majora@2", "2026-01-01")
    whole = (registry.list_all(), registry.promotions())
    data = registry.path.read_bytes()
    draw = random.Random(0)
    told = 0
    for offset in [*range(0, 100, 3), *(draw.randrange(len(data)) for _ in range(250))]:
        hit = bytearray(data)
        hit[offset] ^= 1 << draw.randrange(8)
        registry.path.write_bytes(bytes(hit))
        try:
            assert (registry.list_all(), registry.promotions()) == whole
        except (StorageError, InputError):
            told += 1
    assert told > 30


def test_an_emptied_file_is_not_an_empty_registry(registry: Registry) -> None:
    registry.add(experiment())
    registry.path.write_bytes(b"")
    for action in (registry.list_all, lambda: registry.add(experiment())):
        with pytest.raises(StorageError, match="damaged"):
            action()
    assert registry.path.read_bytes() == b""


def test_a_registry_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    old = experiment(version=1, notes="from before")
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE experiments (name TEXT NOT NULL, version INTEGER NOT NULL, record TEXT NOT NULL,"
            " PRIMARY KEY (name, version))"
        )
        database.execute("INSERT INTO experiments VALUES ('majora', 1, ?)", (old.model_dump_json(),))
        database.execute("PRAGMA user_version = 1")
    database.close()
    registry = Registry(path)
    assert registry.list_all() == [old]
    assert registry.add(experiment()).version == 2
    assert registry.promote("majora@1", "2026-01-01") == old


def test_a_newer_registry_is_refused_and_left_as_it_is(registry: Registry) -> None:
    registry.add(experiment())
    with sqlite3.connect(registry.path) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    before = registry.path.read_bytes()
    for action in (registry.list_all, lambda: registry.find("majora"), lambda: registry.add(experiment())):
        with pytest.raises(InputError, match=r"written by a newer AFS \(schema 3, this one knows 2\)"):
            action()
    assert registry.path.read_bytes() == before


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "registry.sqlite").mkdir()
    with pytest.raises(StorageError, match="can't be used"):
        Registry(tmp_path / "registry.sqlite").add(experiment())
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match=r"file/registry\.sqlite"):
        Registry(tmp_path / "file" / "registry.sqlite").add(experiment())


def test_a_change_replaces_one_record(registry: Registry) -> None:
    registry.add(experiment())
    registry.add(experiment(notes="b"))
    changed = registry.change("majora@1", lambda each: each.model_copy(update={"tags": ["good"]}))
    assert changed.tags == ["good"]
    assert [(each.label, each.tags) for each in registry.list_all()] == [
        ("majora@1", ["good"]),
        ("majora@2", []),
    ]


def test_experiments_from_elsewhere_fill_the_gaps(registry: Registry) -> None:
    registry.add(experiment(notes="mine"))
    other = [experiment(version=1, notes="theirs"), experiment(version=4), experiment("zora", version=2)]
    assert [each.label for each in registry.add_missing(other)] == ["majora@4", "zora@2"]
    assert registry.find("majora@1").notes == "mine"
    assert registry.add(experiment()).version == 5


OPERATIONS = """
import sys
from pathlib import Path
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment

def tagged(tag):
    return lambda each: each.model_copy(update={"tags": [*each.tags, tag]})

sys.stdin.readline()
registry, me = Registry(Path(sys.argv[1])), sys.argv[2]
for number in range(40):
    mine = registry.add(Experiment(name="majora", base_model="nano", notes=f"{me} {number}"))
    registry.change("majora@1", tagged(f"{me}{number}"))
    registry.promote(mine.label, "2026-01-01")
    assert mine in registry.list_all() or mine.version == 1
"""


def test_two_processes_lose_nothing(registry: Registry) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPERATIONS, str(registry.path), name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    everything = registry.list_all()
    assert [each.version for each in everything] == list(range(1, 81))
    assert {each.notes for each in everything} == {
        f"{name} {n}" for name in ("one", "two") for n in range(40)
    }
    assert set(everything[0].tags) == {f"{name}{n}" for n in range(40) for name in ("one", "two")}
    assert sorted(step.version for step in registry.promotions()) == list(range(1, 81))
