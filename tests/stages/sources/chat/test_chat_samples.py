"""From conversations to samples: filters, shapes, and the bucket of every record."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.chat.conversation import Conversation, ToolCall, Turn
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.chat.samples import make_samples


def conversation(*turns: Turn, project: str = "/home/dev/oos", slug: str = "-home-dev-oos") -> Conversation:
    return Conversation("claude", "s1", "projects/p/s1.jsonl", turns, project, slug, "main")


def turn(question: str, answer: str, day: str = "2026-01-10", **fields: Any) -> Turn:
    asked_at = f"{day}T10:00:00.000Z" if day else ""
    return Turn(question, answer, fields.pop("records", 2), asked_at=asked_at, model="m", **fields)


def run(*conversations: Conversation, **options: Any) -> tuple[list[TrainingSample], RecordCounts]:
    counts = RecordCounts()
    counts.read = sum(t.records for c in conversations for t in c.turns)
    checked = ChatExportOptions(**options)
    samples = [s for c in conversations for s in make_samples(c, checked, counts)]
    assert counts.missing == 0
    assert counts.samples == len(samples)
    return samples, counts


@pytest.mark.parametrize(
    ("projects", "taken"),
    [
        ((), True),
        (("oos",), True),
        (("-home-dev",), True),
        (("/home/*/oos",), True),
        (("other", "dev/oos"), True),
        (("/home",), True),
        (("home/*",), False),
        (("OOS",), False),
        (("[xyz]",), False),
    ],
)
def test_the_project_filter(projects: tuple[str, ...], taken: bool) -> None:
    samples, counts = run(conversation(turn("Q", "A", records=5)), projects=projects)
    assert bool(samples) is taken
    assert counts.skipped == ({} if taken else {"other project": 5})


def test_a_conversation_without_names_matches_no_project() -> None:
    _, counts = run(conversation(turn("Q", "A"), project="", slug=""), projects=("",))
    assert counts.skipped == {"other project": 2}


def test_the_date_filter_takes_both_ends() -> None:
    days = ["2026-01-09", "2026-01-10", "2026-01-11", "2026-01-12", ""]
    talk = conversation(*[turn(f"Q {day}", "A", day) for day in days])
    samples, counts = run(talk, since=date(2026, 1, 10), until=date(2026, 1, 11))
    assert [sample.instruction for sample in samples] == ["Q 2026-01-10", "Q 2026-01-11"]
    assert counts.skipped == {"other date": 4, "no date": 2}


def test_length_and_limit() -> None:
    talk = conversation(*[turn("Q", "x" * length) for length in (1, 5, 10, 11, 6, 7)])
    samples, counts = run(talk, talk, min_chars=5, max_chars=10, limit=4)
    assert [len(sample.output) for sample in samples] == [5, 10, 6, 7]
    assert counts.skipped == {"too short": 4, "too long": 4, "over the limit": 8}


def test_thinking_and_tools_in_and_out() -> None:
    calls = (
        ToolCall("Read", "file_path=a.asm", "LDA #$00", False),
        ToolCall("Bash", "command=make", "no rule", True),
        ToolCall("Stop", "", "", None),
    )
    talk = conversation(turn("Q", "A", thinking="hm", tool_calls=calls, context="Mode: x"))
    (full,), _ = run(talk)
    assert full.input == (
        "Mode: x\nRead(file_path=a.asm)\nLDA #$00\nBash(command=make) -> error\nno rule\nStop()"
    )
    assert full.thinking == "hm"
    (summary,), _ = run(talk, tools="summary", thinking=False, domain="asm")
    assert summary.input == "Mode: x\nRead(file_path=a.asm)\nBash(command=make) -> error\nStop()"
    assert (summary.thinking, summary.domain) == ("", "asm")
    (none,), _ = run(talk, tools="none")
    assert none.input == "Mode: x"
    (no_room,), _ = run(talk, max_tool_chars=0)
    assert no_room.input == "Mode: x"


def test_the_last_calls_are_kept_where_there_are_too_many() -> None:
    calls = tuple(ToolCall("Read", f"n={number}", "x" * 1000, False) for number in range(9))
    (sample,), _ = run(conversation(turn("Q", "A", tool_calls=calls)), max_tool_chars=1200)
    lines = sample.input.splitlines()
    assert lines[0] == "[7 earlier tool calls left out]"
    assert [line for line in lines if line.startswith("Read")] == ["Read(n=7)", "Read(n=8)"]
    assert lines[-1] == "x" * 400 + " [...]"


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=300)), max_size=12), st.integers(0, 1000))
def test_tool_text_stays_near_its_bound(calls: list[tuple[str, str]], bound: int) -> None:
    made = tuple(ToolCall("T", arguments, result) for arguments, result in calls)
    (sample,), _ = run(conversation(turn("Q", "A", tool_calls=made)), max_tool_chars=bound)
    assert len(sample.input) <= bound + 100 + 2 * len(calls)


def test_multi_turn_is_one_sample_with_its_history() -> None:
    calls = (ToolCall("Read", "file_path=a", "LDA", False),)
    talk = conversation(
        turn("Q1", "A1", records=3),
        turn("Q2", "A2", tool_calls=calls, thinking="hm"),
        turn("Q3", "ok", records=4),
    )
    (sample,), counts = run(talk, multi_turn=True)
    assert (sample.instruction, sample.output, counts.used) == ("Q3", "ok", 9)
    assert sample.metadata["history"] == [
        {"role": "user", "content": "Q1"},
        {"role": "assistant", "content": "A1"},
        {"role": "user", "content": "Q2\n\nRead(file_path=a)\nLDA"},
        {"role": "assistant", "content": "A2"},
    ]
    short = conversation(turn("Q1", "A1 is long enough"), turn("Q2", "ok", records=4))
    (sample,), counts = run(short, multi_turn=True, min_chars=5)
    assert sample.output == "A1 is long enough"
    assert counts.skipped == {"too short": 4}
    assert run(conversation(turn("Q1", "ok")), multi_turn=True, min_chars=5)[1].skipped == {"too short": 2}
    _, counts = run(talk, talk, multi_turn=True, limit=1)
    assert (counts.used, counts.skipped) == (9, Counter({"over the limit": 9}))


@pytest.mark.parametrize(
    "options",
    [
        {"min_chars": 10, "max_chars": 5},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"tools": "some"},
        {"limit": 0},
        {"unknown": 1},
    ],
)
def test_impossible_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ChatExportOptions(**options)
