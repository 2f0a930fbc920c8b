"""What one Codex rollout gives: exact samples, and every line in exactly one bucket."""

from pathlib import Path
from typing import Any

import pytest
import zstandard

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.codex.generator import CodexGenerator
from tests.stages.sources.chat.log_files import write_lines
from tests.stages.sources.codex.rollout_lines import (
    NAME,
    SESSION,
    calls,
    context,
    event,
    gives,
    header,
    item,
    line,
    reasons,
    says,
    user,
)

DAY = "sessions/2026/01/10"
ENVIRONMENT = "<environment_context>\n  <cwd>/home/dev/oos</cwd>\n</environment_context>"


def export(root: Path, *lines: Any, **options: Any) -> tuple[list[TrainingSample], RecordCounts]:
    write_lines(root / DAY / NAME, *lines)
    generator = CodexGenerator(root, ChatExportOptions(**options))
    samples = list(generator.generate())
    assert generator.counts.missing == 0
    assert generator.counts.samples == len(samples)
    return samples, generator.counts


def pairs(samples: list[TrainingSample]) -> list[tuple[str, str]]:
    return [(sample.instruction, sample.output) for sample in samples]


def test_a_session_with_mirrors_gives_its_turn_once(tmp_path: Path) -> None:
    samples, counts = export(
        tmp_path,
        header(),
        item("message", role="developer", content=[{"type": "input_text", "text": "<permissions>"}]),
        user("# AGENTS.md instructions for /home/dev/oos\n\n<INSTRUCTIONS>", ENVIRONMENT),
        event("task_started", model_context_window=272000),
        context(),
        user("Where is Link's health?"),
        event("user_message", message="Where is Link's health?", images=[]),
        event("agent_reasoning", text="Search the RAM map"),
        reasons("Search the RAM map"),
        says("Let me search."),
        event("agent_message", message="Let me search."),
        calls("call_1", "shell_command", command="rg -n F36D Core"),
        event("exec_command_end", call_id="call_1", aggregated_output="...", exit_code=0),
        gives("call_1", "Core/ram.asm:12: Health = $7EF36D"),
        user(ENVIRONMENT),
        event("token_count", info=None),
        says("Current health is at $7EF36D."),
        event("agent_message", message="Current health is at $7EF36D."),
        event("task_complete", last_agent_message="Current health is at $7EF36D."),
    )
    (sample,) = samples
    assert sample.instruction == "Where is Link's health?"
    assert sample.output == "Current health is at $7EF36D."
    assert sample.thinking == "Search the RAM map"
    assert sample.input == "shell_command(command=rg -n F36D Core)\nCore/ram.asm:12: Health = $7EF36D"
    assert sample.source == f"{DAY}/{NAME}"
    assert sample.group == f"codex:{SESSION}"
    assert sample.provenance == {
        "vendor": "codex",
        "session": SESSION,
        "model": "gpt-5-codex",
        "branch": "main",
        "timestamp": "2026-01-10T10:00:01.000Z",
    }
    assert (counts.read, counts.used) == (19, 6)
    assert counts.skipped == {"bookkeeping": 5, "instructions": 1, "injected": 2, "mirror": 5}


def test_calls_and_outputs_of_every_shape(tmp_path: Path) -> None:
    wrapped = '{"output":"boom\\n","metadata":{"exit_code":1,"duration_seconds":0.1}}'
    samples, counts = export(
        tmp_path,
        header(),
        user("Do it all"),
        calls("c1", "shell", command=["bash", "-lc", "make rom"], timeout_ms=1000),
        gives("c1", wrapped),
        calls("c2", "view_image", path="a.png"),
        gives("c2", [{"type": "input_text", "text": "a sprite"}, {"type": "input_image", "image_url": "x"}]),
        calls("c3", "broken"),
        gives("c3", {"content": "no such tool", "success": False}),
        item(
            "custom_tool_call", call_id="c4", name="apply_patch", input="*** Begin Patch", status="completed"
        ),
        item("custom_tool_call_output", call_id="c4", output='{"output":"Done","metadata":{"exit_code":0}}'),
        item(
            "local_shell_call", call_id="c5", status="completed", action={"type": "exec", "command": ["ls"]}
        ),
        gives("c5", "a.asm"),
        item("web_search_call", status="completed", action={"type": "search", "query": "SNES NMI"}),
        gives("c9", "nobody asked"),
        says("All done."),
    )
    assert samples[0].input == (
        "shell(command=make rom, timeout_ms=1000) -> error\nboom\n\n"
        "view_image(path=a.png)\na sprite\n"
        "broken() -> error\nno such tool\n"
        "apply_patch(*** Begin Patch)\nDone\n"
        'local_shell(type=exec, command=["ls"])\na.asm\n'
        "web_search(type=search, query=SNES NMI)"
    )
    assert counts.skipped == {"bookkeeping": 1, "tool result without a call": 1}


def test_phases_tell_the_final_answer(tmp_path: Path) -> None:
    samples, counts = export(
        tmp_path,
        header(),
        user("Q1"),
        says("A1", phase="final_answer"),
        says("I note that for later.", phase="commentary"),
        user("Q2"),
        says("Working on it", phase="commentary"),
    )
    assert counts.skipped["no final answer"] == 5
    assert samples == []


def test_every_injected_message_is_dropped(tmp_path: Path) -> None:
    injected = [
        "# AGENTS.md instructions for /x",
        "<user_instructions>x</user_instructions>",
        ENVIRONMENT,
        "<permissions instructions>x",
        "<turn_aborted>\nx</turn_aborted>",
        "<subagent_notification>x",
        "<recommended_plugins>x",
    ]
    samples, counts = export(tmp_path, header(), user("Q1"), says("A1"), *[user(text) for text in injected])
    assert counts.skipped == {"bookkeeping": 1, "injected": 7, "interrupted": 2}
    samples, counts = export(tmp_path, header(), *[user(text) for text in injected], user("Q1"), says("A1"))
    assert pairs(samples) == [("Q1", "A1")]
    assert counts.skipped == {"bookkeeping": 1, "injected": 7}


def test_images_and_editor_context_around_a_question(tmp_path: Path) -> None:
    editor = "# Context from my IDE setup:\n\n## Open tabs:\n- a.asm\n\n## My request for Codex:\nQ1"
    only_image = item("message", role="user", content=[{"type": "input_image", "image_url": "data:"}])
    samples, counts = export(
        tmp_path,
        header(),
        user(editor),
        says("A1"),
        user("<image name=[Image #1]>", "</image>", "Q2"),
        says("A2"),
        only_image,
        says("A nice sprite."),
    )
    assert pairs(samples) == [("Q1", "A1"), ("Q2", "A2")]
    assert counts.skipped == {"bookkeeping": 1, "no text": 1, "answer to no text": 1}


def test_aborted_turns_errors_and_rollbacks(tmp_path: Path) -> None:
    samples, counts = export(
        tmp_path,
        header(),
        user("Q1"),
        says("A1"),
        user("Q2"),
        says("half an ans"),
        event("turn_aborted", reason="interrupted"),
        user("<turn_aborted>The user interrupted</turn_aborted>"),
        user("Q3, taken back"),
        says("A3"),
        event("thread_rolled_back", num_turns=1),
        user("Q4"),
        event("error", message="stream disconnected"),
        user("Q5"),
        event("stream_error", message="retrying"),
        says("A5"),
        user("Q6"),
        says("A6"),
        user("Q7"),
        says("A7"),
        event("thread_rolled_back", num_turns=2),
    )
    assert pairs(samples) == [("Q1", "A1"), ("Q5", "A5")]
    assert counts.skipped == {
        "bookkeeping": 3,
        "interrupted": 3,
        "injected": 1,
        "rewound": 6,
        "api error": 3,
    }


def test_more_turns_rolled_back_than_there_are(tmp_path: Path) -> None:
    samples, counts = export(
        tmp_path,
        header(),
        user("Q1"),
        says("A1"),
        event("thread_rolled_back", num_turns=9),
        user("Q"),
        says("A"),
    )
    assert pairs(samples) == [("Q", "A")]
    assert counts.skipped == {"bookkeeping": 2, "rewound": 2}


@pytest.mark.parametrize("completes", [True, False])
def test_the_summary_of_a_compaction_is_no_answer(tmp_path: Path, completes: bool) -> None:
    end = [event("task_complete")] if completes else []
    compacted = line("compacted", {"message": "Summary so far:\nLink has health.", "replacement_history": []})
    samples, counts = export(
        tmp_path,
        header(),
        user("Q1"),
        says("A1"),
        *end,
        says("Link has health."),
        compacted,
        item("compaction", encrypted_content="x"),
        event("context_compacted"),
        user("Q2"),
        says("A2"),
    )
    assert pairs(samples) == [("Q1", "A1"), ("Q2", "A2")]
    assert counts.skipped["compaction"] == 2
    assert counts.skipped["no question"] == (1 if completes else 0)


@pytest.mark.parametrize("source", ["subagent", {"subagent": "review"}, {"subagent": {"thread_spawn": {}}}])
def test_sub_agent_sessions_are_counted_as_such(tmp_path: Path, source: object) -> None:
    samples, counts = export(tmp_path, header(source=source), context(), user("Q1"), says("A1"))
    assert samples == []
    assert counts.skipped == {"sub-agent": 4}


def test_a_fork_keeps_its_own_header(tmp_path: Path) -> None:
    other = header("0199ffff-bbbb-7ccc-8ddd-eeeeeeeeeeee", source={"subagent": "review"})
    samples, _ = export(tmp_path, header(), other, user("Q1"), says("A1"))
    assert samples[0].group == f"codex:{SESSION}"


def test_archived_files_and_copies(tmp_path: Path) -> None:
    turn = [header(), user("Q1"), says("A1")]
    write_lines(tmp_path / "archived_sessions" / NAME, *turn)
    moved = NAME.replace("2026-01-10", "2025-12-01")
    write_lines(tmp_path / "archived_sessions" / moved, header("moved"), user("Q0"), says("A0"))
    write_lines(tmp_path / "sessions" / "2026" / "notes.jsonl", {"no": "rollout"})
    samples, counts = export(tmp_path, *turn)
    assert [(sample.source, sample.group) for sample in samples] == [
        (f"archived_sessions/{moved}", "codex:moved"),
        (f"{DAY}/{NAME}", f"codex:{SESSION}"),
    ]
    assert counts.skipped == {"bookkeeping": 2, "archived copy": 3}


def pack(path: Path) -> bytes:
    """Packs a rollout in place, as Codex does with old ones; the packed bytes."""
    packed = zstandard.compress(path.read_bytes())
    path.with_name(path.name + ".zst").write_bytes(packed)
    path.unlink()
    return packed


def test_packed_rollouts(tmp_path: Path) -> None:
    turn = [header(), user("Q1"), says("A1")]
    write_lines(tmp_path / DAY / NAME, *turn)
    pack(tmp_path / DAY / NAME)
    plain = tmp_path / DAY / NAME.replace("10T", "11T")
    write_lines(plain, user("Q2"), says("A2"))
    plain.with_name(plain.name + ".zst").write_bytes(zstandard.compress(plain.read_bytes()))
    generator = CodexGenerator(tmp_path)
    samples = list(generator.generate())
    assert [(sample.output, sample.group) for sample in samples] == [
        ("A1", f"codex:{SESSION}"),
        ("A2", f"codex:{SESSION}"),
    ]
    assert samples[0].source == f"{DAY}/{NAME}.zst"
    assert samples[1].source == f"{DAY}/{plain.name}"
    assert [unit.sessions for unit in generator.list_units()] == [1, 1]
    assert generator.counts.skipped == {"bookkeeping": 1, "archived copy": 2}


def test_a_packed_rollout_that_is_cut_or_lies(tmp_path: Path) -> None:
    write_lines(tmp_path / DAY / NAME, header(), user("Q1"), says("A1"), *[event("x" * 500)] * 2000)
    path = tmp_path / DAY / f"{NAME}.zst"
    packed = pack(tmp_path / DAY / NAME)
    path.write_bytes(packed[:-9])
    generator = CodexGenerator(tmp_path)
    assert [sample.output for sample in generator.generate()] == ["A1"]
    assert generator.counts.skipped["damaged archive"] == 1
    assert generator.counts.missing == 0
    write_lines(path, header(), user("Q1"), says("plain after all"))
    assert [sample.output for sample in CodexGenerator(tmp_path).generate()] == ["plain after all"]


def test_the_older_format_without_envelopes(tmp_path: Path) -> None:
    def bare(entry: dict[str, Any]) -> dict[str, Any]:
        payload: dict[str, Any] = entry["payload"]
        return payload

    samples, counts = export(
        tmp_path,
        {"id": "old", "timestamp": "2025-06-01T09:00:00Z", "instructions": None, "git": {"branch": "dev"}},
        {"record_type": "state"},
        bare(user("Q1")),
        bare(reasons("think")),
        bare(calls("c1", "shell", command=["ls"])),
        bare(gives("c1", '{"output":"a.asm","metadata":{"exit_code":0}}')),
        bare(says("A1")),
        {"type": "message_v9"},
    )
    assert pairs(samples) == [("Q1", "A1")]
    assert samples[0].group == "codex:old"
    assert samples[0].provenance["branch"] == "dev"
    assert samples[0].provenance["timestamp"] == "2025-06-01T09:00:00Z"
    assert counts.skipped == {"bookkeeping": 2, "unknown type": 1}


def test_unknown_types_and_damaged_lines(tmp_path: Path) -> None:
    samples, counts = export(
        tmp_path,
        header(),
        line("world_state", {"files": []}),
        line("inter_agent_communication", {"from": "a"}),
        line("hologram", {"type": "x"}),
        item("hologram", content="?"),
        event("hologram"),
        item("message", role="user", content=7),
        user("Q1"),
        b"rubbish\n",
        says("A1"),
        user("Q2"),
        says("A2"),
        b"\n",
        b'{"timestamp":"2026","type":"response_item","payload":{"type":"mess',
    )
    assert pairs(samples) == [("Q2", "A2")]
    assert counts.unknown == {
        "hologram": 1,
        "response_item/hologram": 1,
        "event_msg/hologram": 1,
        "response_item": 1,
    }
    assert counts.skipped == {
        "bookkeeping": 2,
        "sub-agent": 1,
        "unknown type": 4,
        "malformed line": 1,
        "damaged line in the turn": 2,
        "incomplete line": 1,
    }


def test_answers_without_a_question_and_a_file_without_a_header(tmp_path: Path) -> None:
    samples, counts = export(tmp_path, says("hello"), user("Q1"), says("A1"))
    assert samples[0].group == f"codex:{SESSION}"
    assert counts.skipped == {"no question": 1}
