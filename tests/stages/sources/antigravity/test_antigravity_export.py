"""What Antigravity's state database gives: exact samples, every payload in exactly one bucket."""

import base64
from pathlib import Path

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.antigravity.generator import AntigravityGenerator, open_default
from tests.stages.sources.antigravity.state_database import (
    KEY,
    OTHER_KEY,
    field,
    trajectory,
    write_database,
)

FIRST = "0f1e2d3c-1111-4222-8333-444455556666"
SECOND = "0f1e2d3c-7777-4888-8999-aaaabbbbcccc"


def export(root: Path) -> tuple[list[TrainingSample], RecordCounts]:
    generator = AntigravityGenerator(root)
    samples = list(generator.generate())
    assert generator.counts.missing == 0
    return samples, generator.counts


def encoded(message: bytes) -> str:
    return base64.b64encode(message).decode()


def test_a_task_and_its_message(tmp_path: Path) -> None:
    value = field(1, {"TaskName": "Fix HUD", "Mode": "x"})
    value += field(2, {"Message": "Done: the hearts are drawn.", "PathsToReview": ["/a"]})
    write_database(tmp_path / "state.vscdb", {KEY: encoded(value), "other": "x"})
    (sample,), counts = export(tmp_path)
    assert sample.instruction == "Fix HUD"
    assert sample.output == "Done: the hearts are drawn."
    assert sample.input == "Mode: x\nPaths: /a"
    assert sample.source == "state.vscdb"
    assert sample.group == "antigravity:state.vscdb-0"
    assert (counts.read, counts.used, counts.skipped) == (2, 2, {})


def test_trajectories_nested_in_base64(tmp_path: Path) -> None:
    first = trajectory(
        FIRST,
        "Sprite work",
        {"TaskName": "Draw the boss", "TaskStatus": "Planning", "Mode": "PLANNING"},
        {"TaskName": "%SAME%", "TaskSummary": "Made a palette", "TaskStatus": "Drawing", "Mode": "EXECUTION"},
        {"CommandLine": "make rom", "Cwd": "/home/dev"},
        {"Message": "The boss is drawn.", "BlockedOnUser": True},
        {"TaskName": "Test it", "Mode": "VERIFICATION"},
        {"TaskName": "Give up", "Mode": "VERIFICATION"},
    )
    second = trajectory(SECOND, "Why does the title flicker?", {"Message": "NMI takes too long."})
    nameless = field(1, "x") + field(2, {"Message": "Nobody asked."})
    value = field(1, first) + field(1, second) + field(1, nameless)
    write_database(
        tmp_path / "state.vscdb", {KEY: encoded(value).encode(), OTHER_KEY: encoded(field(1, first))}
    )
    samples, counts = export(tmp_path)
    assert [(sample.group, sample.instruction, sample.output) for sample in samples] == [
        (f"antigravity:{FIRST}", "Draw the boss", "The boss is drawn."),
        (f"antigravity:{SECOND}", "Why does the title flicker?", "NMI takes too long."),
    ]
    assert samples[0].input == "Mode: EXECUTION\nStatus: Drawing"
    assert counts.unknown == {"payload without a message or a task": 2}
    assert counts.skipped == {
        "unknown type": 2,
        "no final answer": 2,
        "no question": 1,
        "repeated record": 5,
    }
    assert (counts.read, counts.used) == (14, 4)


def test_the_database_is_only_read(tmp_path: Path) -> None:
    path = write_database(tmp_path / "state.vscdb", {KEY: encoded(field(1, {"Message": "x"}))})
    path.chmod(0o444)
    before = path.read_bytes()
    export(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.vscdb"]
    assert path.read_bytes() == before
    assert export(path)[1].skipped == {"no question": 1}


def test_values_and_files_of_another_kind(tmp_path: Path) -> None:
    write_database(tmp_path / "a" / "state.vscdb", {KEY: "no base64 !", OTHER_KEY: 7})
    assert export(tmp_path / "a")[1].skipped == {"malformed value": 2}
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "state.vscdb").write_text("not a database at all")
    assert export(tmp_path / "b")[1].skipped == {"unreadable file": 1}


def test_where_the_database_lies(tmp_path: Path) -> None:
    mac = tmp_path / "Library" / "Application Support" / "Antigravity" / "User" / "globalStorage"
    linux = tmp_path / ".config" / "Antigravity" / "User" / "globalStorage"
    assert open_default({"HOME": str(tmp_path)}).root == linux
    mac.mkdir(parents=True)
    assert open_default({"HOME": str(tmp_path)}).root == mac
    place = Path("/x/Antigravity/User/globalStorage")
    assert open_default({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}).root == place
