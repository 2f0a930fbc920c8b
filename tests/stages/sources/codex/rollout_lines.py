"""Lines of a Codex rollout as the program writes them."""

from typing import Any

import msgspec

SESSION = "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"
NAME = f"rollout-2026-01-10T10-00-00-{SESSION}.jsonl"


def line(kind: str, payload: dict[str, Any], second: int = 0) -> dict[str, Any]:
    return {"timestamp": f"2026-01-10T10:00:{second:02}.000Z", "type": kind, "payload": payload}


def header(session: str = SESSION, source: object = "cli", **fields: Any) -> dict[str, Any]:
    payload = {
        "id": session,
        "timestamp": "2026-01-10T10:00:00.000Z",
        "cwd": "/home/dev/oos",
        "originator": "codex_cli_rs",
        "cli_version": "0.79.0",
        "instructions": None,
        "source": source,
        "model_provider": "openai",
        "git": {"commit_hash": "abc", "branch": "main"},
    }
    return line("session_meta", payload | fields)


def context(model: str = "gpt-5-codex") -> dict[str, Any]:
    payload = {"cwd": "/home/dev/oos", "approval_policy": "on-request", "model": model, "summary": "auto"}
    return line("turn_context", payload)


def item(kind: str, **fields: Any) -> dict[str, Any]:
    return line("response_item", {"type": kind, **fields})


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return line("event_msg", {"type": kind, **fields})


def user(*texts: str, second: int = 1) -> dict[str, Any]:
    parts = [{"type": "input_text", "text": text} for text in texts]
    return line("response_item", {"type": "message", "role": "user", "content": parts}, second)


def says(text: str, **fields: Any) -> dict[str, Any]:
    return item("message", role="assistant", content=[{"type": "output_text", "text": text}], **fields)


def reasons(text: str) -> dict[str, Any]:
    summary = [{"type": "summary_text", "text": text}]
    return item("reasoning", summary=summary, encrypted_content="gAAAA", content=None)


def calls(call: str, name: str, **arguments: Any) -> dict[str, Any]:
    return item("function_call", name=name, arguments=msgspec.json.encode(arguments).decode(), call_id=call)


def gives(call: str, output: object) -> dict[str, Any]:
    return item("function_call_output", call_id=call, output=output)
