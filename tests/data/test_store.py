"""The store: a result is whole or absent, whoever dies and whoever is first."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from afs_engine.data.atomic import TEMP_MARK
from afs_engine.data.ledger import Ledger
from afs_engine.data.store import RESULT_FILE, Build, Made, Store
from afs_engine.errors import StorageError
from tests.program import ROOT


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def build(text: str, count: list[str] | None = None) -> Build:
    def make(folder: Path) -> Made:
        (folder / "part").mkdir()
        (folder / "part" / "rows").write_text(text)
        if count is not None:
            count.append(text)
        return Made(digest=text, ledgers=[Ledger(stage="s", rows_in=1, rows_out=1)], facts={"n": [1, None]})

    return make


def rows(store: Store, inputs: object, text: str) -> str:
    entry = store.get_or_make("split", inputs, build(text))
    return (entry.folder / "part" / "rows").read_text()


def everything(store: Store) -> list[str]:
    return sorted(path.relative_to(store.root).as_posix() for path in store.root.rglob("*") if path.is_file())


def test_a_result_is_made_once(store: Store) -> None:
    made: list[str] = []
    first = store.get_or_make("split", {"seed": 1, "ratio": 0.8}, build("one", made))
    second = store.get_or_make("split", {"ratio": 0.8, "seed": 1}, build("two", made))
    assert made == ["one"]
    assert (first.executed, second.executed) == (True, False)
    assert first.result == second.result
    assert second.result.facts == {"n": [1, None]}
    assert store.find("split", first.result.key) == second
    assert store.find("dedup", first.result.key) is None


def test_other_inputs_or_another_kind_give_another_result(store: Store) -> None:
    assert [rows(store, 1, "one"), rows(store, 2, "two"), rows(store, "1", "three")] == [
        "one",
        "two",
        "three",
    ]
    other = store.get_or_make("dedup", 1, build("four"))
    assert other.executed
    assert len(everything(store)) == 8


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt()])
def test_a_build_that_raises_leaves_nothing(store: Store, error: BaseException) -> None:
    def fail(folder: Path) -> Made:
        (folder / "rows").write_text("half")
        raise error

    with pytest.raises(type(error)):
        store.get_or_make("split", 1, fail)
    assert list((store.root / "split").iterdir()) == []
    assert rows(store, 1, "whole") == "whole"


def test_a_full_disk_is_told(store: Store) -> None:
    def fail(folder: Path) -> Made:
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        store.get_or_make("split", 1, fail)
    assert everything(store) == []


@pytest.mark.parametrize("damage", [b"", b"{", b"{}", b"\xff\x00", None])
def test_a_damaged_result_is_made_again(store: Store, damage: bytes | None) -> None:
    entry = store.get_or_make("split", 1, build("one"))
    (entry.folder / "stray").write_text("from before")
    if damage is None:
        (entry.folder / RESULT_FILE).unlink()
    else:
        (entry.folder / RESULT_FILE).write_bytes(damage)
    assert rows(store, 1, "two") == "two"
    found = store.find("split", entry.result.key)
    assert found is not None
    assert found.result.digest == "two"
    assert everything(store) == [f"split/{entry.result.key}/{name}" for name in ("part/rows", RESULT_FILE)]


def test_two_makers_at_once_leave_one_whole_result(store: Store) -> None:
    both_inside = threading.Barrier(2, timeout=30)

    def slow(folder: Path) -> Made:
        (folder / "rows").write_text("same")
        both_inside.wait()
        return Made(digest="same")

    entries = []
    threads = [
        threading.Thread(target=lambda: entries.append(store.get_or_make("split", 1, slow))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [entry.result.digest for entry in entries] == ["same", "same"]
    assert entries[0].folder == entries[1].folder
    assert everything(store) == [f"split/{entries[0].result.key}/{name}" for name in (RESULT_FILE, "rows")]
    assert [path.name for path in (store.root / "split").iterdir()] == [entries[0].result.key]


HOLD = """
import sys, time
from pathlib import Path
from afs_engine.data.store import Made, Store

def build(folder):
    (folder / "rows").write_text("half")
    print("inside", flush=True)
    sys.stdin.readline()
    return Made(digest="d")

Store(Path(sys.argv[1])).get_or_make("split", sys.argv[2], build)
"""


def hold(store: Store, inputs: str) -> subprocess.Popen[str]:
    """Another process, inside the build of a result until it reads a line."""
    command = [sys.executable, "-c", HOLD, str(store.root), inputs]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"
    return process


def test_what_a_living_process_makes_is_not_swept_and_what_a_dead_one_left_is(store: Store) -> None:
    living, dead = hold(store, "living"), hold(store, "dead")
    try:
        dead.kill()
        dead.wait(timeout=30)
        assert len(list(store.root.glob(f"split/{TEMP_MARK}*"))) == 2
        assert store.sweep() == 1
        assert len(list(store.root.glob(f"split/{TEMP_MARK}*"))) == 1
        living.communicate("go on\n", timeout=30)
        assert living.returncode == 0
    finally:
        living.kill()
        living.wait(timeout=30)
    assert store.get_or_make("split", "living", build("never")).result.digest == "d"
    assert store.sweep() == 0


def test_a_store_that_is_not_there_has_nothing_to_sweep(store: Store) -> None:
    assert store.sweep() == 0
