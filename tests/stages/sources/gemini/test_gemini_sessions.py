"""What Gemini CLI sessions of both generations give: exact samples, every record in one bucket."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.gemini.generator import GeminiGenerator
from tests.stages.sources.chat.log_files import write_json, write_lines
from tests.stages.sources.gemini.session_messages import (
    HEADER,
    TOUCH,
    gemini,
    legacy,
    message,
    thought,
    tool_call,
    user,
)

PROJECT = "tmp/oos"
NAME = "session-2026-05-10T10-00-abcdef12"


def export(root: Path, **options: Any) -> tuple[list[TrainingSample], RecordCounts]:
    generator = GeminiGenerator(root, ChatExportOptions(**options))
    samples = list(generator.generate())
    assert generator.counts.missing == 0
    assert generator.counts.samples == len(samples)
    return samples, generator.counts


def export_journal(root: Path, *lines: Any) -> tuple[list[TrainingSample], RecordCounts]:
    write_lines(root / PROJECT / "chats" / f"{NAME}.jsonl", *lines)
    return export(root)


def pairs(samples: list[TrainingSample]) -> list[tuple[str, str]]:
    return [(sample.instruction, sample.output) for sample in samples]


def test_a_journal_gives_its_turn(tmp_path: Path) -> None:
    call = tool_call("c1", {"output": "NMI: PHA"}, path="nmi.asm")
    samples, counts = export_journal(
        tmp_path,
        HEADER,
        user("m0", [{"text": "Explain the "}, {"text": "NMI handler"}]),
        gemini("m1", "", thoughts=[thought("Plan", "read nmi.asm")], toolCalls=[call]),
        gemini("m2", "It saves A and acks $4210."),
        TOUCH,
    )
    (sample,) = samples
    assert sample.instruction == "Explain the NMI handler"
    assert sample.output == "It saves A and acks $4210."
    assert sample.thinking == "Plan: read nmi.asm"
    assert sample.input == "read_file(path=nmi.asm)\nNMI: PHA"
    assert sample.source == f"{PROJECT}/chats/{NAME}.jsonl"
    assert sample.group == "gemini:s-1"
    assert sample.provenance == {
        "vendor": "gemini",
        "session": "s-1",
        "model": "gemini-3-pro",
        "timestamp": "2026-05-10T10:00:01Z",
    }
    assert (counts.read, counts.used, counts.skipped) == (5, 3, {"bookkeeping": 2})


def test_updates_of_a_message_replace_it(tmp_path: Path) -> None:
    samples, counts = export_journal(
        tmp_path,
        HEADER,
        user("m0", "Q1"),
        gemini("m1", "A1"),
        gemini("m1", "A1", toolCalls=[tool_call("c1", {"error": "no file"}, "error", path="x")]),
        gemini("m2", "A1, after the tool"),
        gemini("m2", "A1, after the tool, with tokens"),
    )
    assert pairs(samples) == [("Q1", "A1, after the tool, with tokens")]
    assert samples[0].input == "read_file(path=x) -> error\nno file"
    assert counts.skipped == {"bookkeeping": 1, "updated later": 2}


def test_what_the_screen_showed_stands_in_for_a_missing_result(tmp_path: Path) -> None:
    shown = tool_call("c1", None, path="a") | {"result": None, "resultDisplay": "3 lines"}
    diff = tool_call("c2", None, path="b") | {"result": [], "resultDisplay": {"fileDiff": "+x"}}
    bare = tool_call("c3", {"rows": 2}, status="cancelled", path="c")
    calls = [shown, diff, bare]
    samples, _ = export_journal(
        tmp_path, HEADER, user("m0", "Q1"), gemini("m1", "", toolCalls=calls), gemini("m2", "A1")
    )
    assert samples[0].input == (
        'read_file(path=a)\n3 lines\nread_file(path=b)\nread_file(path=c) -> error\n{"rows":2}'
    )


@pytest.mark.parametrize(
    ("target", "left", "rewound"), [("m2", [("Q1", "A1"), ("Q3", "A3")], 2), ("gone", [("Q3", "A3")], 4)]
)
def test_rewinds(tmp_path: Path, target: str, left: list[tuple[str, str]], rewound: int) -> None:
    samples, counts = export_journal(
        tmp_path,
        HEADER,
        user("m0", "Q1"),
        gemini("m1", "A1"),
        user("m2", "Q2"),
        gemini("m3", "A2"),
        {"$rewindTo": target},
        user("m4", "Q3"),
        gemini("m5", "A3"),
    )
    assert pairs(samples) == left
    assert counts.skipped == {"bookkeeping": 2, "rewound": rewound}


def test_a_snapshot_replaces_what_was_there(tmp_path: Path) -> None:
    parts = [
        {"text": "Plan", "thought": True},
        {"functionCall": {"id": "c1", "name": "ls", "args": {"d": "."}}},
    ]
    response = [{"functionResponse": {"id": "c1", "name": "ls", "response": {"output": "a.asm"}}}]
    snapshot = [
        user("s0", "<state_snapshot>what was</state_snapshot>"),
        gemini("s1", "Got it."),
        user("m2", [{"text": "Q2"}]),
        gemini("m3", parts),
        user("s2", response),
        gemini("s3", [{"text": "A2"}]),
    ]
    samples, counts = export_journal(
        tmp_path,
        HEADER,
        user("m0", "Q1"),
        gemini("m1", "A1"),
        user("m2", "Q2"),
        gemini("m3", "x"),
        {"$set": {"messages": snapshot, "lastUpdated": "2026-05-10T11:00:00Z"}},
    )
    assert pairs(samples) == [("Q2", "A2")]
    assert samples[0].thinking == "Plan"
    assert samples[0].input == "ls(d=.)\na.asm"
    assert counts.read == 6 + 4
    assert counts.skipped == {"bookkeeping": 2, "replaced by a snapshot": 2, "compaction": 2}


def test_a_legacy_session_with_list_content(tmp_path: Path) -> None:
    log = legacy(
        user("m0", "Q1"),
        gemini("m1", "A1"),
        user("m2", [{"text": "Q2"}, "and more", {"inlineData": {"data": "AAAA"}}]),
        gemini("m3", {"text": "A2"}),
    )
    write_json(tmp_path / PROJECT / "chats" / f"{NAME}.json", log)
    samples, counts = export(tmp_path)
    assert pairs(samples) == [("Q1", "A1"), ("Q2and more", "A2")]
    assert samples[0].group == "gemini:s-old"
    assert (counts.read, counts.used) == (4, 4)


def test_a_resumed_session_counts_once(tmp_path: Path) -> None:
    turn = [user("m0", "Q1"), gemini("m1", "A1")]
    write_json(tmp_path / PROJECT / "chats" / f"{NAME}.json", legacy(*turn, session="s-1"))
    samples, counts = export_journal(tmp_path, HEADER, *turn, user("m2", "Q2"), gemini("m3", "A2"))
    assert pairs(samples) == [("Q1", "A1"), ("Q2", "A2")]
    assert counts.skipped == {"bookkeeping": 1, "continued in .jsonl": 2}


def test_users_that_are_no_person_and_notices(tmp_path: Path) -> None:
    samples, counts = export_journal(
        tmp_path,
        HEADER,
        user("m0", [{"text": "<session_context>\nToday is...\n</session_context>"}]),
        user("m1", "<session_context>x</session_context>\nQ1"),
        message("info", "i1", "Update available"),
        gemini("m2", "A1"),
        user("m3", "/chat save x"),
        gemini("m4", "saved"),
        user("m5", "/home/dev/a.asm is broken, why?"),
        gemini("m6", "A typo."),
        user("m7", "Q3"),
        message("error", "e1", [{"text": "API error"}]),
        user("m8", "Q4"),
        gemini("m9", "half an ans"),
        message("info", "i2", "Request cancelled."),
        user("n0", "Q5"),
        message("error", "e2", "quota"),
        gemini("n1", "A5 after all"),
        message("warning", "w1", "slow"),
        user("n2", ""),
        gemini("n3", "?"),
        message("system", "x1", "never written"),
    )
    assert pairs(samples) == [
        ("Q1", "A1"),
        ("/home/dev/a.asm is broken, why?", "A typo."),
        ("Q5", "A5 after all"),
    ]
    assert counts.unknown == {"system": 1}
    assert counts.skipped == {
        "bookkeeping": 1,
        "injected": 1,
        "notice": 2,
        "command": 1,
        "answer to a command": 1,
        "api error": 3,
        "interrupted": 3,
        "no text": 1,
        "answer to no text": 1,
        "unknown type": 1,
    }


def test_sub_agents(tmp_path: Path) -> None:
    chats = tmp_path / PROJECT / "chats"
    turn = [user("m0", "inner"), gemini("m1", "inner")]
    write_lines(chats / "s-1" / "agent.jsonl", HEADER | {"kind": "subagent"}, *turn)
    write_json(chats / "s-1" / "old.json", legacy(*turn))
    samples, counts = export_journal(tmp_path, HEADER | {"kind": "subagent"}, *turn)
    assert samples == []
    assert counts.skipped == {"bookkeeping": 1, "sub-agent": 2 + 3 + 2}


def test_prompts_alone_and_checkpoints(tmp_path: Path) -> None:
    project = tmp_path / PROJECT
    setup = "This is the Gemini CLI. We are setting up the context for our chat.\nToday is..."
    history = [
        {"role": "user", "parts": [{"text": setup}]},
        {"role": "model", "parts": [{"text": "Got it. Thanks for the context!"}]},
        {"role": "user", "parts": [{"text": "Q1"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "ls", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "ls", "response": {"output": "x"}}}]},
        {"role": "model", "parts": [{"text": "A1"}]},
        {"role": "user", "parts": [{"text": "Q2"}]},
        {"role": "model", "parts": [{"text": "A2"}]},
    ]
    write_json(project / "checkpoint-first.json", history[:6])
    write_json(project / "checkpoint-second.json", {"history": history, "authType": "oauth"})
    prompts = [{"sessionId": "s-1", "messageId": n, "type": "user", "message": "Q"} for n in range(3)]
    write_json(project / "logs.json", prompts)
    samples, counts = export_journal(tmp_path, HEADER, user("m0", "Q2"), gemini("m1", "A2"))
    assert [(sample.group, sample.instruction) for sample in samples] == [
        ("gemini:s-1", "Q2"),
        ("gemini:oos/checkpoint-first", "Q1"),
    ]
    assert samples[1].input == "ls()\nx"
    assert counts.skipped == {
        "bookkeeping": 1,
        "injected": 2,
        "no question": 2,
        "copy of a session": 6,
        "prompt without answer": 3,
    }


def test_damage_and_unknown_files(tmp_path: Path) -> None:
    chats = tmp_path / PROJECT / "chats"
    write_lines(chats / "session-cut.json", b'{"sessionId": "s", "messages": [')
    write_json(chats / "session-else.json", {"rows": 1})
    write_json(tmp_path / PROJECT / "logs.json", {"not": "a list"})
    write_json(tmp_path / PROJECT / "checkpoint-x.json", {"neither": 1})
    samples, counts = export_journal(
        tmp_path,
        HEADER,
        user("m0", "Q1"),
        gemini("m1", "A1"),
        b"rubbish\n",
        gemini("m2", "whose answer is this?"),
        user("m3", "Q2"),
        gemini("m4", "A2"),
        {"type": "hologram"},
        b'{"id":"m5","ty',
    )
    assert pairs(samples) == [("Q2", "A2")]
    assert counts.unknown == {"file without messages": 1, "hologram": 1}
    assert counts.skipped == {
        "malformed file": 3,
        "unknown type": 2,
        "bookkeeping": 1,
        "malformed line": 1,
        "damaged line in the turn": 3,
        "incomplete line": 1,
    }


@pytest.mark.parametrize("naming", ["marker", "registry", "hash"])
def test_the_working_folder_of_a_project(tmp_path: Path, naming: str) -> None:
    cwd = "/home/dev/oos"
    slug = hashlib.sha256(cwd.encode()).hexdigest() if naming == "hash" else "oos"
    project = tmp_path / "tmp" / slug
    write_lines(project / "chats" / f"{NAME}.jsonl", HEADER, user("m0", "Q1"), gemini("m1", "A1"))
    if naming == "marker":
        (project / ".project_root").write_text(cwd + "\n")
    else:
        write_json(tmp_path / "projects.json", {"projects": {cwd: "oos"}})
    assert len(export(tmp_path, projects=("/home/*/oos",))[0]) == 1
    samples, counts = export(tmp_path, projects=("elsewhere",))
    assert samples == []
    assert counts.skipped == {"bookkeeping": 1, "other project": 2}
