"""What Antigravity's agent leaves of a conversation: a transcript, and a database of protobuf steps."""

import sqlite3
from pathlib import Path
from typing import Any

import msgspec

from tests.stages.sources.antigravity.state_database import field

ID = "187a120b-37e2-439a-8729-d1c5c2848488"


def step(kind: str, source: str, content: str | None = None, **more: Any) -> dict[str, Any]:
    record = {"source": source, "type": kind, "status": "DONE", "created_at": "2026-08-20T10:00:00Z"}
    return record | ({} if content is None else {"content": content}) | more


def asks(words: str) -> dict[str, Any]:
    metadata = "<ADDITIONAL_METADATA>\nThe current local time is: 10:00\n</ADDITIONAL_METADATA>"
    return step("USER_INPUT", "USER_EXPLICIT", f"<USER_REQUEST>\n{words}\n</USER_REQUEST>\n{metadata}")


def plans(content: str = "", *calls: tuple[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    made = [{"name": name, "args": arguments} for name, arguments in calls]
    return step("PLANNER_RESPONSE", "MODEL", content, **({"tool_calls": made} if made else {}), **more)


def gives(kind: str, content: str, **more: Any) -> dict[str, Any]:
    times = "Created At: 2026-08-20T10:00:01Z\nCompleted At: 2026-08-20T10:00:02Z\n"
    return step(kind, "MODEL", times + content, **more)


def transcript(root: Path, *steps: dict[str, Any], name: str = "transcript.jsonl", session: str = ID) -> Path:
    """The file with those steps, numbered."""
    path = root / "brain" / session / ".system_generated" / "logs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [msgspec.json.encode({"step_index": index} | each) for index, each in enumerate(steps)]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def call_step(name: str, arguments: dict[str, Any], payload: bytes) -> bytes:
    """A step that carries out a call: the call is repeated in the envelope."""
    call = field(1, "oh3ss4n6") + field(2, name) + field(3, arguments) + field(9, name)
    return field(5, field(1, b"\x08\x01") + field(4, call)) + payload


def steps_database(path: Path, *steps: tuple[int, object]) -> Path:
    """`conversations/<id>.db` with steps of those types and payloads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE steps (idx INTEGER, step_type INTEGER, status INTEGER, step_payload BLOB)"
        )
        rows = [(index, kind, 3, payload) for index, (kind, payload) in enumerate(steps)]
        database.executemany("INSERT INTO steps VALUES (?, ?, ?, ?)", rows)
    database.close()
    return path
