"""From the steps of Antigravity's agent to turns, whatever file they stand in.

Owns what each kind of step does to the turn that is open, and the marks that the program puts around a
person's words. Knows no file format.
"""

import re
from collections import deque
from collections.abc import Sequence
from typing import Any

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.added_text import strip_leading_tags
from afs_engine.stages.sources.chat.assembly import API_ERROR, INTERRUPTED, TurnAssembler
from afs_engine.stages.sources.chat.conversation import Turn
from afs_engine.stages.sources.chat.tool_text import arguments_text, cut_text

_REQUEST = re.compile(r"<USER_REQUEST>(.*?)</USER_REQUEST>", re.DOTALL)
_ADDED_TAGS = ("ADDITIONAL_METADATA", "USER_SETTINGS_CHANGE", "EPHEMERAL_MESSAGE")
_CANCELLED = frozenset({"CANCELED", "CANCELLED", "INTERRUPTED"})


class StepTurns:
    """Takes the steps in order; every step is counted or in a turn's records once `finish` is through."""

    def __init__(self, counts: RecordCounts, tool_chars: int) -> None:
        self._counts = counts
        self._tool_chars = tool_chars
        self._assembler = TurnAssembler(counts)
        self._answers = 0
        self._calls = 0
        self._waiting: deque[str] = deque()

    @property
    def awaits_result(self) -> bool:
        """Whether a call has no result yet."""
        return bool(self._waiting)

    def ask(self, content: str, asked_at: str, *, is_person: bool) -> None:
        """What stands in the user's role."""
        self._waiting.clear()
        found = _REQUEST.search(content)
        words = (found[1] if found else strip_leading_tags(content, _ADDED_TAGS)).strip()
        if words and is_person:
            self._assembler.ask(words, asked_at)
        else:
            self._counts.skip("injected" if content.strip() else "no text")
            self._assembler.close("answer to no text")

    def answer(self, text: str, thinking: str, calls: Sequence[tuple[str, Any]]) -> None:
        """What the agent said and thought, and then called."""
        self._answers += 1
        draft = self._assembler.begin_answer(self._answers)
        if draft is None:
            return
        draft.think(thinking.strip())
        draft.say(text.strip())
        for name, arguments in calls:
            self._calls += 1
            shown = arguments_text(arguments, self._tool_chars) if self._tool_chars else ""
            self._assembler.call(str(self._calls), name, shown)
            self._waiting.append(str(self._calls))

    def set_result(self, text: str) -> None:
        """What the last call gave, told in the same step."""
        if self._waiting:
            self._assembler.add_result(self._waiting.pop(), self._cut(text))

    def add_result(self, text: str, *, is_error: bool) -> None:
        """A step that tells what a call gave: the first that waits for it."""
        owner = self._assembler.add_result(self._waiting.popleft(), self._cut(text), is_error)
        self._assembler.count_result(owner)

    def _cut(self, text: str) -> str:
        return cut_text(text, self._tool_chars) if self._tool_chars else ""

    def note_status(self, status: str | None) -> None:
        """A step that was broken off ends its turn."""
        if status in _CANCELLED:
            self._assembler.fail(INTERRUPTED)

    def fail(self) -> None:
        """The service failed."""
        self._counts.skip(API_ERROR)
        self._assembler.fail(API_ERROR)

    def doubt(self) -> None:
        """A line was lost here."""
        self._assembler.doubt()

    def finish(self) -> tuple[Turn, ...]:
        """The answered turns."""
        return self._assembler.finish()
