"""Lines of a Claude Code session as the program writes them, chained by parentUuid."""

from typing import Any

SESSION = "11111111-2222-4333-8444-555555555555"
MODEL = "claude-x"


class SessionLines:
    """Collects lines; each goes on from the one before unless `parent` says otherwise."""

    def __init__(self, session: str = SESSION, version: str = "2.1.4") -> None:
        self.lines: list[dict[str, Any]] = []
        self._session = session
        self._version = version
        self._last: str | None = None

    def add(self, kind: str, uuid: str, parent: str | None = "", **fields: Any) -> dict[str, Any]:
        """Any line with the usual envelope."""
        number = len(self.lines)
        line = {
            "parentUuid": self._last if parent == "" else parent,
            "isSidechain": False,
            "userType": "external",
            "cwd": "/home/dev/oos",
            "sessionId": self._session,
            "version": self._version,
            "gitBranch": "main",
            "type": kind,
            **fields,
            "uuid": uuid,
            "timestamp": f"2026-01-10T10:{number // 60:02}:{number % 60:02}.000Z",
        }
        self.lines.append(line)
        self._last = uuid
        return line

    def user(self, uuid: str, content: object, parent: str | None = "", **fields: Any) -> dict[str, Any]:
        """A user line."""
        return self.add("user", uuid, parent, message={"role": "user", "content": content}, **fields)

    def answer(
        self,
        uuid: str,
        response: str,
        block: dict[str, Any],
        parent: str | None = "",
        *,
        stop: str | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """One assistant line: one block of the response."""
        message = {
            "id": response,
            "type": "message",
            "role": "assistant",
            "model": MODEL,
            "content": [block],
            "stop_reason": stop,
            "usage": {"input_tokens": 3, "output_tokens": 20},
        }
        request = response.replace("msg", "req")
        return self.add("assistant", uuid, parent, message=message, requestId=request, **fields)

    def result(
        self, uuid: str, call: str, content: object, parent: str | None = "", *, is_error: bool = False
    ) -> dict[str, Any]:
        """The user line that carries a tool's result."""
        block = {"tool_use_id": call, "type": "tool_result", "content": content, "is_error": is_error}
        return self.user(uuid, [block], parent, toolUseResult={"type": "text", "file": {"numLines": 2}})

    def note(self, **fields: Any) -> None:
        """A line outside the tree."""
        self.lines.append(fields)

    def turn(self, number: int, question: str, answer: str, parent: str | None = "") -> None:
        """A question and its answer, two lines."""
        self.user(f"q{number}", question, parent)
        self.answer(f"a{number}", f"msg_{number}", text(answer), stop="end_turn")


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def thinking(words: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": words, "signature": "EsgBCkYIBxgC"}


def tool_use(call: str, name: str, **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": call, "name": name, "input": arguments}
