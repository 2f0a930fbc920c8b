"""Messages and files of Gemini CLI sessions as the program writes them."""

from typing import Any

HEADER = {
    "sessionId": "s-1",
    "projectHash": "5eb9",
    "startTime": "2026-05-10T10:00:00Z",
    "lastUpdated": "2026-05-10T10:00:00Z",
    "kind": "main",
}
TOUCH = {"$set": {"lastUpdated": "2026-05-10T10:00:06Z"}}


def message(kind: str, name: str, content: object, **fields: Any) -> dict[str, Any]:
    return {"id": name, "timestamp": "2026-05-10T10:00:01Z", "type": kind, "content": content, **fields}


def user(name: str, content: object) -> dict[str, Any]:
    return message("user", name, content)


def gemini(name: str, content: object, **fields: Any) -> dict[str, Any]:
    tokens = {"input": 900, "output": 40, "cached": 0, "thoughts": 12, "tool": 0, "total": 952}
    return message("gemini", name, content, model="gemini-3-pro", tokens=tokens, **fields)


def tool_call(call: str, output: object, status: str = "success", **args: Any) -> dict[str, Any]:
    response = {"functionResponse": {"id": call, "name": "read_file", "response": output}}
    return {
        "id": call,
        "name": "read_file",
        "args": args,
        "status": status,
        "timestamp": "2026-05-10T10:00:03Z",
        "result": [response],
        "resultDisplay": {"fileDiff": "x"},
    }


def thought(subject: str, description: str) -> dict[str, str]:
    return {"subject": subject, "description": description, "timestamp": "2026-05-10T10:00:02Z"}


def legacy(*messages: dict[str, Any], session: str = "s-old") -> dict[str, Any]:
    return {
        "sessionId": session,
        "projectHash": "5eb9",
        "startTime": "2025-10-01T08:00:00Z",
        "lastUpdated": "2025-10-01T09:00:00Z",
        "messages": list(messages),
    }
