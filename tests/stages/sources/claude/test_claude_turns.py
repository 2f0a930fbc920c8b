"""What one Claude Code session gives: exact samples, and every line in exactly one bucket."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.sources.claude.generator import ClaudeGenerator
from tests.stages.sources.chat.log_files import write_lines
from tests.stages.sources.claude.session_lines import (
    MODEL,
    SESSION,
    SessionLines,
    text,
    thinking,
    tool_use,
)

PROJECT = "projects/-home-dev-oos"


def export(
    root: Path, lines: SessionLines | list[Any], **options: Any
) -> tuple[list[TrainingSample], RecordCounts]:
    """The samples of one session file, and the counts, which must balance."""
    content = lines.lines if isinstance(lines, SessionLines) else lines
    write_lines(root / PROJECT / f"{SESSION}.jsonl", *content)
    generator = ClaudeGenerator(root, ChatExportOptions(**options))
    samples = list(generator.generate())
    assert generator.counts.missing == 0
    assert generator.counts.samples == len(samples)
    return samples, generator.counts


def pairs(samples: list[TrainingSample]) -> list[tuple[str, str]]:
    return [(sample.instruction, sample.output) for sample in samples]


def nmi_session() -> SessionLines:
    """One question; one response over two lines, a tool call, the answer."""
    log = SessionLines()
    log.user("u1", "How does the NMI handler work?")
    log.answer("a1", "msg_1", thinking("look at nmi.asm"))
    log.answer("a2", "msg_1", text("Let me read the file."))
    log.answer("a3", "msg_1", tool_use("toolu_1", "Read", file_path="/home/dev/oos/nmi.asm"))
    log.result("u2", "toolu_1", [{"type": "text", "text": "NMI:\n  PHA"}])
    log.answer("a4", "msg_2", text("It saves A, acknowledges $4210 and runs queued DMA."), stop="end_turn")
    return log


def test_a_response_over_many_lines_is_one_answer(tmp_path: Path) -> None:
    samples, counts = export(tmp_path, nmi_session())
    (sample,) = samples
    assert sample.instruction == "How does the NMI handler work?"
    assert sample.output == "It saves A, acknowledges $4210 and runs queued DMA."
    assert sample.thinking == "look at nmi.asm"
    assert sample.input == "Read(file_path=/home/dev/oos/nmi.asm)\nNMI:\n  PHA"
    assert sample.source == f"{PROJECT}/{SESSION}.jsonl"
    assert sample.group == f"claude:{SESSION}"
    assert sample.provenance == {
        "vendor": "claude",
        "session": SESSION,
        "model": MODEL,
        "branch": "main",
        "timestamp": "2026-01-10T10:00:00.000Z",
    }
    assert (counts.read, counts.used, counts.skipped) == (6, 6, Counter())


def test_tools_and_thinking_left_out(tmp_path: Path) -> None:
    (sample,), _ = export(tmp_path, nmi_session(), tools="none", thinking=False)
    assert (sample.input, sample.thinking) == ("", "")
    (sample,), _ = export(tmp_path, nmi_session(), tools="summary")
    assert sample.input == "Read(file_path=/home/dev/oos/nmi.asm)"


def test_the_same_log_gives_the_same_ids(tmp_path: Path) -> None:
    first, _ = export(tmp_path / "a", nmi_session())
    second, _ = export(tmp_path / "b", nmi_session())
    assert [sample.to_json() for sample in first] == [sample.to_json() for sample in second]


def test_older_logs_say_no_stop_reason_and_plain_content(tmp_path: Path) -> None:
    log = SessionLines(version="1.0.31")
    log.user("u1", "What is $7EF36D?")
    log.answer("a1", "msg_1", tool_use("t1", "Grep", pattern="F36D"))
    log.result("u2", "t1", "ram.asm:12: Health")
    log.answer("a2", "msg_2", text("Link's current health."))
    log.add("assistant", "a3", message={"role": "assistant", "model": MODEL, "content": "It is one byte."})
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("What is $7EF36D?", "Link's current health.\n\nIt is one byte.")]
    assert samples[0].input == "Grep(pattern=F36D)\nram.asm:12: Health"
    assert counts.used == 5


def test_a_rewind_leaves_the_abandoned_branch(tmp_path: Path) -> None:
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    log.turn(2, "Q2 first try", "A2 first try")
    log.turn(3, "Q3 on the first try", "A3 on the first try")
    log.turn(4, "Q2 second try", "A2 second try", parent="a1")
    log.turn(5, "Q3", "A3")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1", "A1"), ("Q2 second try", "A2 second try"), ("Q3", "A3")]
    assert counts.skipped == {"abandoned branch": 4}


def test_a_rewind_to_the_start_abandons_everything_before(tmp_path: Path) -> None:
    log = SessionLines()
    log.turn(1, "Q1 first try", "A1 first try")
    log.turn(2, "Q1 second try", "A1 second try", parent=None)
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1 second try", "A1 second try")]
    assert counts.skipped == {"abandoned branch": 2}


def test_an_answer_made_again_replaces_the_first(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("u1", "Q1")
    log.answer("a1", "msg_1", text("first answer"), stop="end_turn")
    log.answer("a2", "msg_2", text("second answer"), "u1", stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1", "second answer")]
    assert counts.skipped == {"abandoned branch": 1}


def test_parallel_calls_hang_beside_the_path_and_are_live(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("u1", "Compare a.asm and b.asm")
    log.answer("a1", "msg_1", tool_use("t1", "Read", file_path="a.asm"))
    log.answer("a2", "msg_1", tool_use("t2", "Read", file_path="b.asm"))
    log.result("r1", "t1", "LDA", parent="a1")
    log.result("r2", "t2", "STA", parent="a2")
    log.answer("a3", "msg_2", text("One loads, one stores."), "r1", stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Compare a.asm and b.asm", "One loads, one stores.")]
    assert samples[0].input == "Read(file_path=a.asm)\nLDA\nRead(file_path=b.asm)\nSTA"
    assert (counts.used, counts.skipped) == (6, Counter())


@pytest.mark.parametrize("logical", ["b1", "gone", None])
def test_compaction_goes_on_with_the_question(tmp_path: Path, logical: str | None) -> None:
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    log.user("u2", "Q2")
    log.answer("b1", "msg_b", tool_use("t1", "Bash", command="make"))
    log.add("system", "s1", None, subtype="compact_boundary", logicalParentUuid=logical)
    log.user("c1", "This session is being continued...", isCompactSummary=True)
    log.answer("b2", "msg_c", text("A2"), stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1", "A1"), ("Q2", "A2")]
    assert counts.skipped == {"bookkeeping": 1, "compaction": 1}


def test_user_lines_that_are_no_person(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("m1", "Caveat: The messages below were generated by the user...", isMeta=True)
    log.user("m2", "<command-name>/model</command-name>\n<command-args>x</command-args>")
    log.user("m3", "<local-command-stdout>Set model</local-command-stdout>")
    log.user("m4", "<local-command-caveat>...</local-command-caveat>")
    log.turn(1, "Q1", "A1")
    log.user("m5", "<bash-input>ls</bash-input>")
    log.user("m6", "<bash-stdout>a.asm</bash-stdout><bash-stderr></bash-stderr>")
    log.user("m7", "<system-reminder>Be brief.</system-reminder>")
    log.user("q2", [text("<system-reminder>x</system-reminder>"), text("Q2")])
    log.user("m8", "<system-reminder>amid a turn</system-reminder>")
    log.answer("a2", "msg_2", text("A2"), stop="end_turn")
    log.user("q3", "<ide_opened_file>nmi.asm</ide_opened_file>\nQ3 with <command-name> in it")
    log.answer("a3", "msg_3", text("A3"), stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1", "A1"), ("Q2", "A2"), ("Q3 with <command-name> in it", "A3")]
    assert counts.skipped == {"meta": 1, "local command": 1, "local command output": 4, "added text": 2}


def test_the_answer_to_a_command_is_not_the_answer_to_the_question_before(tmp_path: Path) -> None:
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    log.user(
        "c1", "<command-message>review is running</command-message>\n<command-name>/review</command-name>"
    )
    log.user("c2", "Review the diff.", isMeta=True)
    log.answer("c3", "msg_2", text("The diff is fine."), stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1", "A1")]
    assert counts.skipped == {"local command": 1, "meta": 1, "answer to a command": 1}


def test_a_notification_amid_a_turn_and_after_it(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("u1", "Run the tests in the background, then fix the lint")
    log.answer("a1", "msg_1", tool_use("t1", "Bash", command="make test"))
    log.result("r1", "t1", "started")
    log.user("n1", "<task-notification>done</task-notification>\nRead the output file")
    log.answer("a2", "msg_2", text("Both are done."), stop="end_turn")
    log.user("n2", "<task-notification>again</task-notification>")
    log.answer("a3", "msg_3", text("Noted."), stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert [sample.output for sample in samples] == ["Both are done."]
    assert counts.skipped == {"notification": 2, "answer to a notification": 1}


def queued(log: SessionLines, uuid: str, prompt: object, mode: str = "prompt", kind: str = "human") -> None:
    """What the program writes for a prompt that comes while the agent works."""
    attachment = {"type": "queued_command", "prompt": prompt, "commandMode": mode, "origin": {"kind": kind}}
    log.add("attachment", uuid, attachment=attachment)


def test_a_prompt_typed_amid_a_turn_belongs_to_its_question(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("u1", "Fix the HUD")
    log.answer("a1", "msg_1", tool_use("t1", "Read", file_path="hud.asm"))
    queued(log, "x1", "and run the tests")
    queued(log, "x2", [{"type": "image", "source": {}}, text("see the screenshot")])
    queued(log, "x3", "<task-notification>done</task-notification>", mode="task-notification")
    queued(log, "x4", "from another session", kind="peer")
    queued(log, "x5", [{"type": "image", "source": {}}])
    log.add("attachment", "x6", attachment={"type": "todo_reminder", "content": []})
    log.result("r1", "t1", "LDA")
    log.answer("a2", "msg_2", text("Both are done."), stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Fix the HUD\n\nand run the tests\n\nsee the screenshot", "Both are done.")]
    assert (counts.used, counts.skipped) == (6, Counter({"bookkeeping": 4}))


def test_a_prompt_typed_on_an_abandoned_branch_is_abandoned(tmp_path: Path) -> None:
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    log.user("u2", "Q2")
    queued(log, "x1", "abandoned words")
    log.turn(3, "Q3", "A3", parent="a1")
    queued(log, "x2", "Q4 typed after it")
    log.answer("a4", "msg_4", text("A4"), stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1", "A1"), ("Q3", "A3"), ("Q4 typed after it", "A4")]
    assert counts.skipped == {"abandoned branch": 2}


def test_interrupted_turns_and_api_errors_give_nothing(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("u1", "Q1")
    log.answer("a1", "msg_1", text("Let me look"))
    log.user("i1", [text("[Request interrupted by user]")])
    log.user("u2", "Q2")
    log.answer("a2", "msg_2", tool_use("t1", "Bash", command="rm -r x"))
    log.user(
        "i2",
        [
            {"type": "tool_result", "tool_use_id": "t1", "content": "rejected", "is_error": True},
            text("[Request interrupted by user for tool use]"),
        ],
    )
    log.user("u3", "Q3")
    error = {"id": "e", "model": "<synthetic>", "role": "assistant", "content": [text("API Error 529")]}
    log.add("assistant", "e1", message=error, isApiErrorMessage=True)
    log.user("u4", "Q4")
    log.add("assistant", "e2", message=error, isApiErrorMessage=True)
    log.answer("a4", "msg_4", text("A4 after all"), stop="end_turn")
    log.add("assistant", "s1", message=error | {"content": [text("No response requested.")]})
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q4", "A4 after all")]
    assert counts.skipped == {"interrupted": 6, "api error": 3, "synthetic": 1}


def test_an_image_alone_asks_nothing(tmp_path: Path) -> None:
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    log.user("u2", [{"type": "image", "source": {"type": "base64", "data": "AAAA"}}])
    log.answer("a2", "msg_2", text("A sprite."), stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1", "A1")]
    assert counts.skipped == {"no text": 1, "answer to no text": 1}


def test_questions_without_a_final_answer(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("u1", "cut off by length")
    log.answer("a1", "msg_1", text("A long answ"), stop="max_tokens")
    log.user("u2", "stopped amid the work")
    log.answer("a2", "msg_2", text("Let me read the file."), stop="tool_use")
    log.answer("a3", "msg_2", tool_use("t1", "Read", file_path="x"), stop="tool_use")
    log.user("u3", "two in a row")
    log.user("u4", "the second is answered")
    log.answer("a4", "msg_4", text("yes"), stop="end_turn")
    log.user("u5", "not yet answered")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("the second is answered", "yes")]
    assert counts.skipped == {"no final answer": 7}


def test_the_last_finished_response_is_the_answer_where_work_went_on(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("u1", "Q1")
    log.answer("a1", "msg_1", thinking("hm"), stop="end_turn")
    log.answer("a2", "msg_1", text("A1, part one."), stop="end_turn")
    log.answer("a3", "msg_1", text("Part two."), stop="end_turn")
    log.user("h1", "Stop hook feedback: run the linter", isMeta=True)
    log.answer("a4", "msg_2", tool_use("t1", "Bash", command="ruff check"), stop="tool_use")
    samples, counts = export(tmp_path, log)
    assert pairs(samples) == [("Q1", "A1, part one.\n\nPart two.")]
    assert counts.skipped == {"meta": 1}


def test_sub_agents_are_counted_wherever_they_are_logged(tmp_path: Path) -> None:
    log = nmi_session()
    log.user("x1", "Search the code", None, isSidechain=True, agentId="a1b2")
    log.answer("x2", "msg_x", text("Found it"), isSidechain=True, stop="end_turn")
    folder = tmp_path / PROJECT
    inner = SessionLines()
    inner.turn(1, "inner question", "inner answer")
    write_lines(folder / SESSION / "subagents" / "agent-1.jsonl", *inner.lines)
    write_lines(folder / "agent-2.jsonl", *inner.lines, b"\n", b'{"torn')
    (folder / SESSION / "tool-results").mkdir()
    (folder / SESSION / "tool-results" / "big.jsonl").write_text('{"rows": 1}\n')
    samples, counts = export(tmp_path, log)
    assert [sample.instruction for sample in samples] == ["How does the NMI handler work?"]
    assert counts.read == 6 + 2 + 2 + 3
    assert counts.skipped == {"sub-agent": 7}


def test_bookkeeping_unknown_types_and_damaged_lines(tmp_path: Path) -> None:
    log = nmi_session()
    lines: list[Any] = [
        {"type": "summary", "summary": "NMI", "leafUuid": "a4"},
        {"type": "file-history-snapshot", "messageId": "m", "snapshot": {}},
        {"type": "queue-operation", "operation": "enqueue", "content": "x"},
        *log.lines,
        b"\r\n",
        {"type": "hologram", "uuid": "h1", "parentUuid": "a4", "message": {"content": 3}},
        {"type": "hologram", "message": None},
        {"sessionId": SESSION},
        b'{"type":"user","message":\n',
        b"\0\0\0\0\n",
        b'["not","an","object"]\n',
        b"[" * 5000 + b"\n",
        {"type": "user", "uuid": "odd", "parentUuid": "a4", "message": {"role": "user", "content": 7}},
        b'{"type":"assistant","uuid":"a9","parentUuid":"a4","mess',
    ]
    samples, counts = export(tmp_path, lines)
    assert len(samples) == 1
    assert counts.unknown == {"hologram": 2, "(none)": 1, "user": 1}
    assert counts.skipped == {
        "bookkeeping": 3,
        "unknown type": 4,
        "malformed line": 4,
        "incomplete line": 1,
    }
    assert counts.read == 6 + 12


def test_a_damaged_line_costs_only_its_turn(tmp_path: Path) -> None:
    log = SessionLines()
    for number in (1, 2, 3, 4):
        log.turn(number, f"Q{number}", f"A{number}")
    lines: list[Any] = [*log.lines]
    lines[4] = b'{"type":"user","uuid":"q3",\n'
    lines.insert(2, b"rubbish between two turns\n")
    samples, counts = export(tmp_path, lines)
    assert pairs(samples) == [("Q1", "A1"), ("Q4", "A4")]  # never Q2 with A3
    assert counts.skipped == {"malformed line": 2, "damaged line in the turn": 3}


def test_repeated_lines_and_lines_without_a_tree(tmp_path: Path) -> None:
    log = SessionLines()
    log.turn(1, "Q1", "A1")
    samples, counts = export(tmp_path, [*log.lines, *log.lines])
    assert pairs(samples) == [("Q1", "A1")]
    assert counts.skipped == {"repeated record": 2}
    bare = [
        {"type": "user", "message": {"role": "user", "content": "Q"}},
        {"type": "assistant", "message": {"role": "assistant", "content": [text("A")]}},
    ]
    samples, counts = export(tmp_path, [*bare, *bare])
    assert pairs(samples) == [("Q", "A"), ("Q", "A")]
    assert samples[0].group == f"claude:{SESSION}"
    assert counts.used == 4
    rootless = [line | {"uuid": f"u{n}", "parentUuid": None} for n, line in enumerate([*bare, *bare])]
    assert pairs(export(tmp_path, rootless)[0]) == [("Q", "A"), ("Q", "A")]


def test_results_of_every_shape_and_without_a_call(tmp_path: Path) -> None:
    log = SessionLines()
    log.user("u1", "Q1")
    log.answer("a1", "msg_1", tool_use("t1", "Odd", path=None, count=3, list=["a"]))
    image = {"type": "image", "source": {"type": "base64", "data": "AAAA"}}
    log.result("r1", "t1", [image, {"type": "text", "text": "one"}, "two", {"type": "text", "text": "three"}])
    log.result("r2", "unknown", "lost")
    log.answer("a2", "msg_2", tool_use("t2", "Fail"))
    log.result("r3", "t2", None, is_error=True)
    log.answer("a3", "msg_3", text("A1"), stop="end_turn")
    samples, counts = export(tmp_path, log)
    assert samples[0].input == 'Odd(path=, count=3, list=["a"])\none\ntwo\nthree\nFail() -> error'
    assert counts.skipped == {"tool result without a call": 1}


def test_an_unreadable_file_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / PROJECT
    folder.mkdir(parents=True)
    path = folder / "locked.jsonl"
    path.write_text("{}\n")
    generator = ClaudeGenerator(tmp_path)
    unit = generator.list_units()[0]
    path.unlink()
    counts = RecordCounts()
    assert list(generator.read_unit(unit, counts)) == []
    assert (counts.read, counts.skipped) == (1, Counter({"unreadable file": 1}))
