"""What the conversations of Antigravity's agent give: exact samples, every step in exactly one bucket."""

import sqlite3
from contextlib import closing
from pathlib import Path

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.antigravity.generator import AntigravityGenerator, open_default
from tests.stages.sources.antigravity.agent_steps import (
    ID,
    asks,
    call_step,
    gives,
    plans,
    step,
    steps_database,
    transcript,
)
from tests.stages.sources.antigravity.state_database import KEY, field, write_database

USER = (14, field(19, field(2, "Where is Link's health?")))
ANSWER = (15, field(20, field(1, "At $7EF36D.")))


def export(root: Path) -> tuple[list[TrainingSample], RecordCounts]:
    generator = AntigravityGenerator(root)
    samples = list(generator.generate())
    assert generator.counts.missing == 0
    return samples, generator.counts


def test_a_transcript(tmp_path: Path) -> None:
    transcript(
        tmp_path,
        asks("Where is Link's health?"),
        step("CONVERSATION_HISTORY", "SYSTEM"),
        plans(
            "I look it up.",
            ("run_command", {"CommandLine": "rg -n F36D"}),
            ("view_file", {"AbsolutePath": "/a.asm"}),
            thinking="search the RAM map",
        ),
        gives("RUN_COMMAND", "The command exited with code 1.", status="ERROR"),
        gives("VIEW_FILE", "Health = $7EF36D"),
        plans("At $7EF36D, one byte."),
    )
    (sample,), counts = export(tmp_path)
    assert (sample.instruction, sample.output) == ("Where is Link's health?", "At $7EF36D, one byte.")
    assert sample.thinking == "search the RAM map"
    assert sample.input == (
        "run_command(CommandLine=rg -n F36D) -> error\nThe command exited with code 1.\n"
        "view_file(AbsolutePath=/a.asm)\nHealth = $7EF36D"
    )
    assert sample.group == f"antigravity:{ID}"
    assert sample.source == f"brain/{ID}/.system_generated/logs/transcript.jsonl"
    assert sample.provenance["timestamp"] == "2026-08-20T10:00:00Z"
    assert (counts.read, counts.used, counts.skipped) == (6, 5, {"bookkeeping": 1})


def test_steps_that_give_nothing_are_told_apart(tmp_path: Path) -> None:
    path = transcript(
        tmp_path,
        plans("Before any question."),
        step("USER_INPUT", "SYSTEM", "Continue."),
        step("USER_INPUT", "USER_EXPLICIT", "<USER_SETTINGS_CHANGE>x</USER_SETTINGS_CHANGE>"),
        asks("Broken off?"),
        plans("Half", status="CANCELED"),
        asks("Failed?"),
        step("ERROR_MESSAGE", "SYSTEM", "429"),
        asks("Nothing said?"),
        plans("", ("list_dir", {})),
        gives("LIST_DIRECTORY", "a.asm"),
        step("CHECKPOINT", "SYSTEM"),
        gives("VIEW_FILE", "no call asked for this"),
        step("HOLOGRAM", "SYSTEM", "new"),
        asks("Plain?"),
        plans("Plain."),
    )
    path.write_bytes(path.read_bytes() + b'{"step_index":15,"type":"PLANNER_RES')
    (sample,), counts = export(tmp_path)
    assert (sample.instruction, sample.output) == ("Plain?", "Plain.")
    assert counts.skipped == {
        "no question": 1,
        "injected": 2,
        "interrupted": 2,
        "api error": 2,
        "no final answer": 3,
        "compaction": 1,
        "unknown type": 2,
        "incomplete line": 1,
    }
    assert counts.unknown == {"VIEW_FILE": 1, "HOLOGRAM": 1}
    assert (counts.read, counts.used) == (16, 2)


def test_a_conversation_database(tmp_path: Path) -> None:
    found = call_step("grep_search", {"Query": "F36D"}, field(13, field(4, "ram.asm:12: Health = $7EF36D")))
    path = tmp_path / "conversations" / f"{ID}.db"
    steps_database(path, USER, (15, field(20, field(1, "I look."))), (7, found), ANSWER, (98, b"\x08\x01"))
    (sample,), counts = export(tmp_path)
    assert (sample.instruction, sample.output) == ("Where is Link's health?", "At $7EF36D.")
    assert sample.input == "grep_search(Query=F36D)\nram.asm:12: Health = $7EF36D"
    assert sample.group == f"antigravity:{ID}"
    assert (counts.read, counts.used, counts.unknown) == (5, 4, {"step of type 98": 1})
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_shapes_of_another_version_are_counted_and_nothing_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "conversations" / "a.db"
    steps_database(
        path, (14, field(33, "text elsewhere")), (15, b"\xff\xff\xff"), (14, None), (17, b""), (15, "x")
    )
    samples, counts = export(tmp_path)
    assert samples == []
    assert counts.skipped == {"unknown type": 4, "api error": 1}
    (tmp_path / "conversations" / "b.db").write_bytes(b"SQLite format 3\0" + b"\1" * 300)
    (tmp_path / "conversations" / "c.pb").write_bytes(b"\x91\x02")
    assert export(tmp_path)[1].skipped == {
        "unknown type": 4,
        "api error": 1,
        "unreadable file": 1,
        "encrypted conversation": 1,
    }


def test_a_database_that_is_being_written_to(tmp_path: Path) -> None:
    path = tmp_path / "conversations" / f"{ID}.db"
    steps_database(path, USER)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("INSERT INTO steps VALUES (1, 15, 3, ?)", (ANSWER[1],))
        writer.commit()
        before = sorted(entry.name for entry in path.parent.iterdir())
        (sample,), _ = export(tmp_path)
        assert sample.output == "At $7EF36D."
        assert sorted(entry.name for entry in path.parent.iterdir()) == before


def test_what_tells_the_same_conversation_is_read_once(tmp_path: Path) -> None:
    transcript(tmp_path, asks("Q"), plans("A..."))
    transcript(tmp_path, asks("Q"), plans("A, in full"), name="transcript_full.jsonl")
    transcript(tmp_path, asks("Q2"), plans("A2"), name="overview.txt", session="b")
    steps_database(tmp_path / "conversations" / f"{ID}.db", USER, ANSWER)
    samples, counts = export(tmp_path)
    assert [(sample.output, sample.group[12:]) for sample in samples] == [("A, in full", ID), ("A2", "b")]
    assert (counts.read, counts.used, counts.skipped) == (8, 4, {"copy of a session": 4})


def test_the_editor_and_the_command_line_together(tmp_path: Path) -> None:
    editor = tmp_path / ".config" / "Antigravity" / "User" / "globalStorage"
    write_database(editor / "state.vscdb", {KEY: field(1, {"TaskName": "T", "Message": "M"})})
    transcript(tmp_path / ".gemini" / "antigravity-cli", asks("Q"), plans("A"))
    generator = open_default({"HOME": str(tmp_path)})
    assert [sample.output for sample in generator.generate()] == ["M", "A"]
    assert generator.list_units()[1].name.startswith("antigravity-cli/brain/")
    assert [sample.output for sample in export(tmp_path / ".gemini")[0]] == ["A"]
