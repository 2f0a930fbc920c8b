"""The history source on event logs as AFS writes them: exact samples, and every event counted."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from afs_engine.data.sample import TrainingSample
from afs_engine.errors import InputError
from afs_engine.stages.sources.history import HistoryGenerator

LOG = "events_20260110.jsonl"


def event(kind: str, payload: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    head = {
        "id": "a1b2c3d4e5f6",
        "timestamp": "2026-01-10T09:00:00+00:00",
        "type": kind,
        "source": "afs.chat",
    }
    return head | ({} if payload is None else {"payload": payload}) | more


def write(root: Path, *events: dict[str, Any], name: str = LOG) -> None:
    root.mkdir(exist_ok=True)
    (root / name).write_text("".join(json.dumps(each) + "\n" for each in events), encoding="utf-8")


def export(root: Path) -> tuple[list[TrainingSample], HistoryGenerator]:
    generator = HistoryGenerator(root)
    samples = list(generator.generate())
    assert generator.counts.missing == 0
    assert generator.counts.used == generator.counts.samples == len(samples)
    return samples, generator


def skipped(root: Path, *events: dict[str, Any]) -> dict[str, int]:
    write(root, *events)
    samples, generator = export(root)
    assert samples == []
    return dict(generator.counts.skipped)


def only(root: Path, *events: dict[str, Any]) -> TrainingSample:
    write(root, *events)
    (sample,) = export(root)[0]
    return sample


def test_the_documented_completion(tmp_path: Path) -> None:
    payload = {
        "prompt": "What does REP #$20 do?",
        "system": "You are terse.",
        "response": "It clears the M flag, so A becomes 16 bit.",
    }
    sample = only(tmp_path, event("model", payload, op="completion", metadata={"domain": "asm"}))
    assert sample == TrainingSample(
        instruction="What does REP #$20 do?",
        output="It clears the M flag, so A becomes 16 bit.",
        input="You are terse.",
        domain="asm",
        source=f"history/{LOG}",
        group="history/a1b2c3d4e5f6",
        provenance={"event": "a1b2c3d4e5f6", "type": "model"},
    )


def test_a_completion_of_messages_takes_the_last_question_and_keeps_the_earlier_turns(tmp_path: Path) -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "system", "content": "Speak of 65816."},
        {"role": "user", "content": "What is A?"},
        {"role": "assistant", "content": "The accumulator."},
        {"role": "user", "content": "And X?"},
    ]
    payload = {"messages": messages, "response": "An index register."}
    sample = only(tmp_path, event("model", payload, metadata={"session": "s1"}))
    assert (sample.instruction, sample.output) == ("And X?", "An index register.")
    assert sample.input == "Be brief.\nSpeak of 65816."
    assert sample.metadata == {"history": messages[2:4]}
    assert (sample.domain, sample.group) == ("history", "history/s1")


@pytest.mark.parametrize(
    ("payload", "instruction", "output"),
    [
        (
            {"tool": "rg", "input": {"pattern": "NMI", "path": "Core"}, "output": "Core/nmi.asm:3"},
            'Run the tool rg with:\n{"path": "Core", "pattern": "NMI"}',
            "Core/nmi.asm:3",
        ),
        ({"name": "ls", "arguments": {}, "result": ["a", "é"]}, "Run the tool ls", '["a", "é"]'),
        ({"output": "done"}, "Run the tool call", "done"),
    ],
)
def test_a_tool_call(tmp_path: Path, payload: dict[str, Any], instruction: str, output: str) -> None:
    sample = only(tmp_path, event("tool", payload, op="call", metadata={"success": True}))
    assert (sample.instruction, sample.output) == (instruction, output)


def test_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        event("fs", {"path": "a.md", "content": "text\n"}, op="write"),
        event("fs", {"content": "text"}, op="read", metadata={"relative_path": "notes/a.md"}),
        event("fs", {"path": "a.md", "content": "text"}),
    )
    samples, _ = export(tmp_path)
    assert [s.instruction for s in samples] == ["write a.md", "read notes/a.md", "show a.md"]
    assert samples[0].output == "text\n"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (event("tool", {"tool": "rg", "output": "x"}, metadata={"success": False}), "tool call failed"),
        (event("tool", {"tool": "rg"}), "empty answer"),
        (event("tool", {"tool": "rg", "output": ""}), "empty answer"),
        (event("cli", {"argv": ["afs", "status"]}), "command line without an answer"),
        (event("model", {"prompt": "q", "response": " "}), "empty answer"),
        (event("model", {"prompt": "q", "response": {"text": "a"}}), "empty answer"),
        (event("model", {"messages": "none", "response": "a"}), "empty question"),
        (event("fs", {"path": "a.md"}, op="delete"), "file event without content"),
        (event("fs", {"path": "a.md", "content": ""}), "empty answer"),
        (event("mouse", {"x": 1}), "unknown type"),
        ({"id": "x", "payload": {}}, "unknown type"),
        (event("model") | {"type": ["model"]}, "unknown type"),
        (event("model"), "no payload"),
        (event("model", payload_ref=7), "no payload"),
    ],
)
def test_an_event_that_gives_no_sample_is_counted(
    tmp_path: Path, broken: dict[str, Any], reason: str
) -> None:
    assert skipped(tmp_path, broken) == {reason: 1}


def test_unknown_types_are_listed(tmp_path: Path) -> None:
    write(tmp_path, event("mouse"), event("mouse"), event("model") | {"type": None})
    assert export(tmp_path)[1].counts.unknown == {"mouse": 2, "None": 1}


def payload_file(root: Path, data: bytes, name: str = "payloads/20260110T090000_a1.json") -> dict[str, Any]:
    """Writes a payload file; gives the keys that refer to it."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {"payload_ref": name, "payload_sha256": hashlib.sha256(data).hexdigest(), "payload_preview": "{"}


def test_a_payload_in_a_file_of_its_own(tmp_path: Path) -> None:
    reference = payload_file(tmp_path, '{"prompt": "q é", "response": "a"}'.encode())
    assert only(tmp_path, event("model", **reference)).instruction == "q é"


GOOD = b'{"prompt": "q", "response": "a"}'


@pytest.mark.parametrize(
    ("data", "change", "reason"),
    [
        (GOOD, {"payload_sha256": "0" * 64}, "payload does not match its sha256"),
        (
            GOOD + b"\n",
            {"payload_sha256": hashlib.sha256(GOOD).hexdigest()},
            "payload does not match its sha256",
        ),
        (GOOD, {"payload_ref": "../outside.json"}, "payload outside the history folder"),
        (GOOD, {"payload_ref": "payloads/../../outside.json"}, "payload outside the history folder"),
        (GOOD, {"payload_ref": "/etc/passwd"}, "payload outside the history folder"),
        (GOOD, {"payload_ref": "payloads/link.json"}, "payload outside the history folder"),
        (GOOD, {"payload_ref": "payloads/absent.json"}, "payload file missing"),
        (GOOD, {"payload_ref": "payloads"}, "payload file missing"),
        (GOOD, {"payload_ref": "payloads/pipe"}, "payload file missing"),
        (GOOD, {"payload_ref": "payloads/loop"}, "payload file missing"),
        (GOOD, {"payload_ref": "payloads/\0.json"}, "payload file missing"),
        (GOOD, {"payload_ref": "x" * 5000}, "payload file missing"),
        (b"[1]", {}, "payload is not an object"),
        (b'{"prompt": ', {}, "payload is not JSON"),
        (b'{"prompt": "\xff"}', {}, "payload is not JSON"),
        (b'{"prompt": "q", "response": "\\ud83d"}', {}, "payload is not JSON"),
        (b"[" * 100_000, {}, "payload is not JSON"),
        (b" " * ((16 << 20) + 1), {}, "payload too large"),
    ],
)
def test_a_payload_file_that_is_not_what_it_should_be(
    tmp_path: Path, data: bytes, change: dict[str, str], reason: str
) -> None:
    (tmp_path / "outside.json").write_bytes(GOOD)
    root = tmp_path / "history"
    reference = payload_file(root, data) | change
    (root / "payloads" / "link.json").symlink_to(tmp_path / "outside.json")
    (root / "payloads" / "loop").symlink_to("loop")
    os.mkfifo(root / "payloads" / "pipe")
    assert skipped(root, event("model", **reference)) == {reason: 1}


def test_bad_lines_are_counted_and_their_neighbours_kept(tmp_path: Path) -> None:
    good = json.dumps(event("model", {"prompt": "q", "response": "a"})).encode()
    lines = [
        good,
        b"{oops}",
        b"",
        b"[1]",
        b'{"type": "model", "payload": {"prompt": "\xff"}}',
        good,
        good[:-9],
    ]
    (tmp_path / LOG).write_bytes(b"\n".join(lines))
    samples, generator = export(tmp_path)
    assert len(samples) == 2
    assert generator.counts.read == 6
    assert generator.counts.skipped == {
        "not JSON": 1,
        "not an object": 1,
        "invalid UTF-8": 1,
        "incomplete last line": 1,
    }


def test_only_event_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for day in ("12", "10", "11"):
        write(tmp_path, event("fs", {"path": day, "content": "x"}), name=f"events_202601{day}.jsonl")
    write(tmp_path, event("fs", {"path": "no", "content": "x"}), name="other.jsonl")
    assert [s.instruction for s in export(tmp_path)[0]] == ["show 10", "show 11", "show 12"]


def test_a_folder_without_events_is_told(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match=r"there are no events_\*\.jsonl files here"):
            list(HistoryGenerator(root).generate())
