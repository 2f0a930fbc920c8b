"""Every exporter accounts for every record, whatever order and damage its lines come in."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.chat.generator import ChatGenerator
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.claude.generator import ClaudeGenerator
from afs_engine.stages.sources.codex.generator import CodexGenerator
from afs_engine.stages.sources.gemini.generator import GeminiGenerator
from tests.stages.sources.claude.session_lines import SessionLines, text, thinking, tool_use
from tests.stages.sources.codex import rollout_lines as codex
from tests.stages.sources.gemini import session_messages as gemini

DAMAGE = [b"rubbish\n", b"\n", b'{"type":7}\n', b'{"type":"hologram"}\n', b"null\n", b'{"uuid":"u1"', b"\0\0"]


def claude_lines() -> list[dict[str, Any]]:
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    log.user("u1", "Q2")
    log.answer("b1", "msg_9", thinking("hm"))
    log.answer("b2", "msg_9", tool_use("t1", "Read", file_path="x"))
    log.result("r1", "t1", "LDA")
    log.user("i1", [text("[Request interrupted by user]")])
    log.user("c1", "<command-name>/x</command-name>")
    log.user("n1", "<task-notification>x")
    log.user("m1", "meta", isMeta=True)
    log.user("s1", "side", isSidechain=True)
    log.add("system", "y1", None, subtype="compact_boundary", logicalParentUuid="b2")
    log.turn(2, "Q3", "A3", parent="a1")
    return log.lines


def codex_lines() -> list[dict[str, Any]]:
    return [
        codex.header(),
        codex.context(),
        codex.user("Q1"),
        codex.reasons("hm"),
        codex.calls("c1", "shell", command=["ls"]),
        codex.gives("c1", "a.asm"),
        codex.says("A1"),
        codex.event("agent_message", message="A1"),
        codex.event("turn_aborted"),
        codex.event("thread_rolled_back", num_turns=1),
        codex.event("task_complete"),
        codex.event("error", message="x"),
        codex.user("<environment_context>"),
        codex.line("compacted", {"message": "A1"}),
    ]


def gemini_lines() -> list[dict[str, Any]]:
    call = gemini.tool_call("c1", {"output": "x"})
    return [
        gemini.HEADER,
        gemini.TOUCH,
        gemini.user("m0", "Q1"),
        gemini.gemini("m1", "", toolCalls=[call]),
        gemini.gemini("m2", "A1"),
        gemini.user("m3", "/help"),
        gemini.message("error", "m4", "x"),
        gemini.message("info", "m5", "Request cancelled."),
        {"$rewindTo": "m2"},
        {"$rewindTo": "nothing"},
        {"$set": {"messages": [gemini.user("m0", "Q1"), gemini.gemini("m9", "A9")]}},
    ]


VENDORS: list[tuple[type[ChatGenerator], str, list[dict[str, Any]]]] = [
    (ClaudeGenerator, "projects/p/s.jsonl", claude_lines()),
    (CodexGenerator, "sessions/" + codex.NAME, codex_lines()),
    (GeminiGenerator, "tmp/p/chats/session-x.jsonl", gemini_lines()),
]


@pytest.mark.parametrize(("exporter", "name", "lines"), VENDORS, ids=["claude", "codex", "gemini"])
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_counts_balance_for_any_log(
    exporter: type[ChatGenerator],
    name: str,
    lines: list[dict[str, Any]],
    data: st.DataObject,
    tmp_path: Path,
) -> None:
    encoded = [msgspec.json.encode(line) + b"\n" for line in lines]
    content = b"".join(data.draw(st.lists(st.sampled_from(encoded + DAMAGE), max_size=30)))
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    options = ChatExportOptions(
        limit=data.draw(st.none() | st.integers(1, 3)), multi_turn=data.draw(st.booleans())
    )
    generator = exporter(tmp_path, options)
    samples = list(generator.generate())
    assert generator.counts.missing == 0
    assert generator.counts.samples == len(samples)
    assert sum(generator.counts.unknown.values()) == generator.counts.skipped["unknown type"]
    assert all(sample.instruction and sample.output for sample in samples)


@pytest.mark.parametrize(("exporter", "name", "lines"), VENDORS, ids=["claude", "codex", "gemini"])
def test_a_caller_that_stops_early_leaves_balanced_counts(
    exporter: type[ChatGenerator], name: str, lines: list[dict[str, Any]], tmp_path: Path
) -> None:
    turns = {"claude": claude_turns(), "codex": codex_turns(), "gemini": gemini_turns()}[exporter.vendor]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in turns))
    generator = exporter(tmp_path)
    with closing(cast(Generator[TrainingSample, None, None], generator.generate())) as samples:
        assert next(samples).output == "A1"
    assert generator.counts.missing == 0
    assert generator.counts.skipped["over the limit"] == 2


def claude_turns() -> list[dict[str, Any]]:
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    log.turn(2, "Q2", "A2")
    return log.lines


def codex_turns() -> list[dict[str, Any]]:
    return [codex.user("Q1"), codex.says("A1"), codex.user("Q2"), codex.says("A2")]


def gemini_turns() -> list[dict[str, Any]]:
    return [
        gemini.user("m0", "Q1"),
        gemini.gemini("m1", "A1"),
        gemini.user("m2", "Q2"),
        gemini.gemini("m3", "A2"),
    ]
