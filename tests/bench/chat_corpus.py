"""Session logs in the vendors' real shapes, as many as wanted, the same for the same seed."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

Lines = list[dict[str, Any]]
_PROSE = (
    "the NMI handler saves A and writes $4210 then queues DMA to VRAM LDA STA JSR label bank table sprite "
    'overlay health byte timer flag room dungeon "quoted" path/to/file.asm {"key":1} fix \n \t \\ ok'
)
_TEXT = " ".join(random.Random(1).choices(_PROSE.split(" "), k=200_000))


def make_text(rng: random.Random, characters: int) -> str:
    """About so many characters of prose and code; one in twenty texts has letters beyond ASCII."""
    start = rng.randrange(len(_TEXT) - characters)
    text = _TEXT[start : start + characters]
    return text.replace("handler", "Händler →") if rng.random() < 0.05 else text


def result_length(rng: random.Random) -> int:
    """Most results are short, a few are whole files."""
    return min(20_000, int(rng.lognormvariate(6.8, 1.1)))


class _ClaudeLog:
    """Lines in Claude Code's shape, each a child of the one before."""

    def __init__(self, rng: random.Random) -> None:
        self.lines: Lines = []
        self._rng = rng
        self._session = f"{rng.getrandbits(128):032x}"
        self._parent: str | None = None

    def add(self, kind: str, message: dict[str, Any], **more: Any) -> None:
        uuid = f"{self._rng.getrandbits(128):032x}"
        envelope = {"parentUuid": self._parent, "isSidechain": False, "userType": "external"}
        place = {"cwd": "/home/dev/oos", "sessionId": self._session, "version": "2.1.4", "gitBranch": "main"}
        rest = {
            "type": kind,
            "message": message,
            **more,
            "uuid": uuid,
            "timestamp": "2026-01-10T10:00:00.000Z",
        }
        self.lines.append(envelope | place | rest)
        self._parent = uuid

    def answer(self, blocks: list[dict[str, Any]], stop: str) -> None:
        usage = {"input_tokens": 12, "cache_read_input_tokens": 40_211, "output_tokens": 310}
        response = f"msg_{self._rng.getrandbits(64):016x}"
        for block in blocks:
            head = {"id": response, "type": "message", "role": "assistant", "model": "claude-x"}
            tail = {"content": [block], "stop_reason": stop, "usage": usage}
            self.add("assistant", head | tail, requestId="req_" + response)


def claude_session(rng: random.Random, turns: int) -> Lines:
    """Turns of a question, two to four tool calls with results, and an answer."""
    log = _ClaudeLog(rng)
    for _ in range(turns):
        log.add("user", {"role": "user", "content": make_text(rng, 200)})
        for _ in range(rng.randint(2, 4)):
            call = f"toolu_{rng.getrandbits(64):016x}"
            thought = {"type": "thinking", "thinking": make_text(rng, 300), "signature": "s" * 200}
            use = {"type": "tool_use", "id": call, "name": "Bash", "input": {"command": make_text(rng, 60)}}
            log.answer([thought, {"type": "text", "text": make_text(rng, 80)}, use], "tool_use")
            output = make_text(rng, result_length(rng))
            result = {"tool_use_id": call, "type": "tool_result", "content": output}
            log.add("user", {"role": "user", "content": [result]}, toolUseResult={"stdout": output})
        log.answer([{"type": "text", "text": make_text(rng, 900)}], "end_turn")
    return log.lines


def codex_session(rng: random.Random, turns: int) -> Lines:
    """The same in Codex's shape, every text and output mirrored by an event."""
    session = {"id": f"{rng.getrandbits(128):032x}", "cwd": "/home/dev/oos", "source": "cli"}
    lines: Lines = [_rollout("session_meta", session)]

    def say(role: str, kind: str, text: str) -> None:
        content = [{"type": kind, "text": text}]
        lines.append(_rollout("response_item", {"type": "message", "role": role, "content": content}))
        event = "user_message" if role == "user" else "agent_message"
        lines.append(_rollout("event_msg", {"type": event, "message": text}))

    for _ in range(turns):
        lines.append(_rollout("turn_context", {"cwd": "/home/dev/oos", "model": "gpt-x", "summary": "auto"}))
        say("user", "input_text", make_text(rng, 200))
        for _ in range(rng.randint(2, 4)):
            call = f"call_{rng.getrandbits(64):016x}"
            summary = [{"type": "summary_text", "text": make_text(rng, 200)}]
            secret = {"type": "reasoning", "summary": summary, "encrypted_content": "g" * 1600}
            lines.append(_rollout("response_item", secret))
            arguments = json.dumps({"command": ["bash", "-lc", make_text(rng, 60)]})
            use = {"type": "function_call", "name": "shell", "arguments": arguments, "call_id": call}
            lines.append(_rollout("response_item", use))
            output = make_text(rng, result_length(rng))
            shown = {"type": "exec_command_end", "call_id": call, "cwd": "/home/dev/oos", "exit_code": 0}
            copies = {"stdout": output, "aggregated_output": output, "formatted_output": output}
            lines.append(_rollout("event_msg", shown | copies))
            given = {"type": "function_call_output", "call_id": call, "output": output}
            lines.append(_rollout("response_item", given))
            lines.append(_rollout("event_msg", {"type": "token_count", "info": _USAGE}))
        say("assistant", "output_text", make_text(rng, 900))
    return lines


_COUNTS = {
    "input_tokens": 40_211,
    "cached_input_tokens": 39_000,
    "output_tokens": 310,
    "total_tokens": 40_521,
}
_LIMIT = {"used_percent": 3.0, "window_minutes": 299, "resets_in_seconds": 16_000}
_USAGE = {"total_token_usage": _COUNTS, "last_token_usage": _COUNTS, "limits": [_LIMIT, _LIMIT]}


def _rollout(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"timestamp": "2026-01-10T10:00:00.000Z", "type": kind, "payload": payload}


def gemini_session(rng: random.Random, turns: int) -> Lines:
    """The same in Gemini CLI's journal: answers are written again with their token counts, and each
    message is followed by a touch of the header.
    """
    lines: Lines = [{"sessionId": f"{rng.getrandbits(64):016x}", "projectHash": "5eb9", "kind": "main"}]

    def add(kind: str, content: object, **more: Any) -> None:
        head = {"id": f"{rng.getrandbits(128):032x}", "timestamp": "2026-05-10T10:00:01Z", "type": kind}
        message = head | {"content": content} | more
        lines.append(message)
        if kind == "gemini":
            tokens = {"input": 900, "output": 40, "cached": 0, "thoughts": 12, "tool": 0, "total": 952}
            lines.append(message | {"tokens": tokens})
        lines.append({"$set": {"lastUpdated": "2026-05-10T10:00:06Z"}})

    for _ in range(turns):
        add("user", [{"text": make_text(rng, 200)}])
        for _ in range(rng.randint(2, 4)):
            call = f"read_file-{rng.getrandbits(32):08x}"
            output = make_text(rng, result_length(rng))
            response = {"functionResponse": {"id": call, "name": "read_file", "response": {"output": output}}}
            use = {"id": call, "name": "read_file", "args": {"path": "nmi.asm"}, "status": "success"}
            thought = {"subject": make_text(rng, 30), "description": make_text(rng, 200)}
            done = use | {"result": [response], "resultDisplay": output[:500], "displayName": "ReadFile"}
            add("gemini", "", model="gemini-x", thoughts=[thought], toolCalls=[done])
        add("gemini", make_text(rng, 900), model="gemini-x")
    return lines


def write_lines(path: Path, lines: Lines) -> None:
    """A JSONL file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


SHAPES: dict[str, tuple[Callable[[random.Random, int], Lines], str]] = {
    "claude": (claude_session, ".claude/projects/-home-dev-p{folder}/{name}.jsonl"),
    "codex": (codex_session, ".codex/sessions/2026/01/{folder:02}/rollout-2026-01-10T10-00-00-{name}.jsonl"),
    "gemini": (gemini_session, ".gemini/tmp/p{folder}/chats/session-{name}.jsonl"),
}
"""Per vendor: how a session is made, and its path under the home folder."""


def write_home(home: Path, vendor: str, sessions: int, turns: int) -> None:
    """So many sessions of one vendor under `home`, in twenty folders."""
    make, pattern = SHAPES[vendor]
    for number in range(sessions):
        rng = random.Random(number)
        write_lines(home / pattern.format(folder=number % 20, name=f"{number:08}"), make(rng, turns))
