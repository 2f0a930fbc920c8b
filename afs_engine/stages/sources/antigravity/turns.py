"""From a trajectory's payloads to turns.

Owns the payloads' keys: a task boundary names what the agent works on (TaskName, TaskSummary, Mode,
TaskStatus), a notification tells the person the result (Message, PathsToReview). The task that was
named last is the question, the message the answer. Knows no database.
"""

import hashlib
from typing import Any

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.antigravity.trajectories import Trajectory
from afs_engine.stages.sources.chat.assembly import NO_FINAL_ANSWER, NO_QUESTION
from afs_engine.stages.sources.chat.conversation import Turn
from afs_engine.stages.sources.chat.lines import count_unknown
from afs_engine.stages.sources.chat.tool_text import cut_text

_SAME_TASK = "%SAME%"
_KNOWN_KEYS = frozenset({"Message", "TaskName", "TaskSummary"})
_MAX_PATH_CHARS = 2000


class TurnReader:
    """`read` trajectories one after the other; a payload that was there before is counted as repeated."""

    def __init__(self, counts: RecordCounts) -> None:
        self._counts = counts
        self._seen: set[bytes] = set()

    def read(self, trajectory: Trajectory) -> tuple[Turn, ...]:
        """The turns; every payload is counted as read, and as skipped or in a turn's records."""
        task = _Task(trajectory.title)
        turns = []
        for text, payload in trajectory.payloads:
            self._counts.read += 1
            digest = hashlib.sha256(text.encode()).digest()
            if not _KNOWN_KEYS & payload.keys():
                count_unknown(self._counts, "payload without a message or a task")
            elif digest in self._seen:
                self._counts.skip("repeated record")
                if not _word(payload, "Message"):
                    task.update(payload)  # another trajectory may work on a task of the same name
            else:
                self._seen.add(digest)
                turns += self._read_payload(payload, task)
        self._skip_task(task)
        return tuple(turns)

    def _read_payload(self, payload: dict[str, Any], task: "_Task") -> list[Turn]:
        name = _word(payload, "TaskName")
        if name and name not in (_SAME_TASK, task.name):
            self._skip_task(task)
        task.update(payload)
        task.records += 1
        message = _word(payload, "Message")
        if not message:
            return []
        records, task.records = task.records, 0
        if not task.question:
            self._counts.skip(NO_QUESTION, records)
            return []
        return [Turn(task.question, message, records, context=task.context(payload))]

    def _skip_task(self, task: "_Task") -> None:
        """Payloads of a task that no message followed."""
        if task.records:
            self._counts.skip(NO_FINAL_ANSWER, task.records)
            task.records = 0


class _Task:
    """What the agent works on, and the payloads that said so since the last message."""

    def __init__(self, title: str) -> None:
        self.records = 0
        self.name = ""
        self._title = title
        self._summary = ""
        self._mode = ""
        self._status = ""

    @property
    def question(self) -> str:
        return self.name or self._summary or self._title

    def update(self, payload: dict[str, Any]) -> None:
        name = _word(payload, "TaskName")
        if name != _SAME_TASK:
            self.name = name or self.name
        self._summary = _word(payload, "TaskSummary") or self._summary
        self._mode = _word(payload, "Mode") or self._mode
        self._status = _word(payload, "TaskStatus") or self._status

    def context(self, payload: dict[str, Any]) -> str:
        paths = payload.get("PathsToReview")
        listed = ", ".join(path for path in paths if isinstance(path, str)) if isinstance(paths, list) else ""
        parts = {"Mode": self._mode, "Status": self._status, "Paths": cut_text(listed, _MAX_PATH_CHARS)}
        return "\n".join(f"{label}: {text}" for label, text in parts.items() if text)


def _word(payload: dict[str, Any], key: str) -> str:
    value = payload.get(key)
    return value.strip() if isinstance(value, str) else ""
