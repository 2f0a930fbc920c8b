"""Session logs in the vendors' real shapes, as many as wanted, the same for the same seed."""

import json
import random
from pathlib import Path
from typing import Any

WORDS = [
    "the",
    "NMI",
    "handler",
    "saves",
    "A",
    "and",
    "writes",
    "$4210",
    "then",
    "queues",
    "DMA",
    "to",
    "VRAM",
    "LDA",
    "STA",
    "JSR",
    "label",
    "bank",
    "table",
    "sprite",
    "overlay",
    "health",
    "byte",
    "timer",
    "flag",
    "room",
    "dungeon",
    "é",
    "→",
    '"quoted"',
    "path/to/file.asm\n",
    "\t\\",
]


def make_text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))


def claude_session(rng: random.Random, turns: int) -> list[dict[str, Any]]:
    """Turns of a question, two to four tool calls with results, and an answer."""
    session = f"{rng.getrandbits(128):032x}"
    lines: list[dict[str, Any]] = []
    parent: str | None = None

    def add(kind: str, message: dict[str, Any], **more: Any) -> None:
        nonlocal parent
        uuid = f"{rng.getrandbits(128):032x}"
        lines.append(
            {
                "parentUuid": parent,
                "isSidechain": False,
                "userType": "external",
                "cwd": "/home/dev/oos",
                "sessionId": session,
                "version": "2.1.4",
                "gitBranch": "main",
                "type": kind,
                "message": message,
                **more,
                "uuid": uuid,
                "timestamp": "2026-01-10T10:00:00.000Z",
            }
        )
        parent = uuid

    def answer(blocks: list[dict[str, Any]], stop: str) -> None:
        usage = {"input_tokens": 12, "cache_read_input_tokens": 40_211, "output_tokens": 310}
        response = f"msg_{rng.getrandbits(64):016x}"
        for block in blocks:
            message: dict[str, Any] = {
                "id": response,
                "type": "message",
                "role": "assistant",
                "model": "claude-x",
            }
            message |= {"content": [block], "stop_reason": stop, "usage": usage}
            add("assistant", message, requestId="req_" + response)

    for _ in range(turns):
        add("user", {"role": "user", "content": make_text(rng, 30)})
        for _ in range(rng.randint(2, 4)):
            call = f"toolu_{rng.getrandbits(64):016x}"
            name, arguments = rng.choice(
                [
                    ("Read", {"file_path": "/home/dev/oos/nmi.asm"}),
                    ("Bash", {"command": "rg -n F36D Core", "description": "Search"}),
                ]
            )
            thinking = {"type": "thinking", "thinking": make_text(rng, 60), "signature": "s" * 200}
            use = {"type": "tool_use", "id": call, "name": name, "input": arguments}
            answer([thinking, {"type": "text", "text": make_text(rng, 12)}, use], "tool_use")
            output = make_text(rng, rng.randint(50, 900))
            result = {"tool_use_id": call, "type": "tool_result", "content": output}
            add(
                "user",
                {"role": "user", "content": [result]},
                toolUseResult={"stdout": output, "stderr": "", "interrupted": False},
            )
        answer([{"type": "text", "text": make_text(rng, 150)}], "end_turn")
    return lines


def write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
