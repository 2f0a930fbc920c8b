"""From a session's messages to turns.

Owns what each type of message does to the turn that is open, and the reasons under which messages that
are part of none are counted. Knows no file.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Raw

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.added_text import strip_leading_tags
from afs_engine.stages.sources.chat.assembly import API_ERROR, INTERRUPTED, TurnAssembler, TurnDraft
from afs_engine.stages.sources.chat.conversation import Turn
from afs_engine.stages.sources.chat.lines import REFUSALS, count_unknown
from afs_engine.stages.sources.chat.tool_text import arguments_text, cut_text, plain_text
from afs_engine.stages.sources.gemini.journal import DAMAGE
from afs_engine.stages.sources.gemini.records import (
    Call,
    Message,
    Part,
    Thought,
)

_ADDED_TAGS = ("session_context", "hook_context")
_SETUP_MARK = "This is the Gemini CLI. We are setting up the context for our chat."
_SNAPSHOT_MARK = "<state_snapshot>"
_COMMAND = re.compile(r"(/[a-z][\w:-]*|\?)(\s|$)")
_CANCELLED = "Request cancelled."
_FAILED = ("error", "cancelled")
_decode_text = msgspec.json.Decoder(str).decode


def assemble_turns(messages: Iterable[Message], counts: RecordCounts, tool_chars: int) -> tuple[Turn, ...]:
    """The answered questions; every message is counted or in the records of a turn."""
    return _TurnReader(counts, tool_chars).read(messages)


class _TurnReader:
    def __init__(self, counts: RecordCounts, tool_chars: int) -> None:
        self._counts = counts
        self._tool_chars = tool_chars
        self._assembler = TurnAssembler(counts)
        self._nameless_calls: Counter[str] = Counter()
        self._nameless_responses: Counter[str] = Counter()

    def read(self, messages: Iterable[Message]) -> tuple[Turn, ...]:
        for message in messages:
            if message.type == "gemini":
                self._add_answer(message)
            elif message.type == "user":
                self._add_user(message)
            elif message is DAMAGE:
                self._assembler.doubt()
            else:
                self._add_notice(message)
        return self._assembler.finish()

    def _add_notice(self, message: Message) -> None:
        if message.type == "error":
            self._counts.skip(API_ERROR)
            self._assembler.fail(API_ERROR)
        elif message.type == "info" and _plain_words(message.parts) == _CANCELLED:
            self._counts.skip(INTERRUPTED)
            self._assembler.fail(INTERRUPTED)
        elif message.type in ("info", "warning"):
            self._counts.skip("notice")
        else:
            count_unknown(self._counts, message.type)

    def _add_user(self, message: Message) -> None:
        parts = message.parts
        if _has_response(parts):
            self._add_responses(parts)
            return
        typed = _plain_words(parts)
        words = strip_leading_tags(typed, _ADDED_TAGS)
        if not words or words.startswith(_SETUP_MARK):
            self._counts.skip("injected" if typed else "no text")
            if not typed:
                self._assembler.close("answer to no text")
        elif words.startswith(_SNAPSHOT_MARK):
            self._counts.skip("compaction")
            self._assembler.close("compaction")
        elif _COMMAND.match(words):
            self._counts.skip("command")
            self._assembler.close("answer to a command")
        else:
            self._assembler.ask(words, message.timestamp or "")

    def _add_answer(self, message: Message) -> None:
        draft = self._assembler.begin_answer(message.id, message.model)
        if draft is None:
            return
        for thought in message.thoughts or ():
            draft.think(_thought_text(thought))
        if isinstance(message.content, str):
            draft.say(message.content)
        else:
            for part in message.parts:
                self._add_part(draft, part)
        for call in message.tool_calls or ():
            self._add_call(call)

    def _add_part(self, draft: TurnDraft, part: Part) -> None:
        call = part.function_call
        if call is not None:
            call_id = call.id or _next_id(self._nameless_calls, call.name)
            arguments = arguments_text(call.args, self._tool_chars) if self._tool_chars else ""
            self._assembler.call(call_id, call.name, arguments)
        elif part.thought:
            draft.think(part.thought if isinstance(part.thought, str) else part.text)
        else:
            draft.say(part.text)

    def _add_call(self, call: Call) -> None:
        chars = self._tool_chars
        arguments = arguments_text(call.args, chars) if chars else ""
        made = self._assembler.call(call.id or "", call.name, arguments)
        if made is not None:
            made.result = cut_text(_result_text(call), chars) if chars else ""
            made.is_error = None if call.status is None else call.status in _FAILED

    def _add_responses(self, parts: list[Part]) -> None:
        owner = None
        for part in parts:
            response = part.function_response
            if response is not None:
                text = (
                    cut_text(_response_text(response.response), self._tool_chars) if self._tool_chars else ""
                )
                call_id = response.id or _next_id(self._nameless_responses, response.name)
                owner = self._assembler.add_result(call_id, text) or owner
        self._assembler.count_result(owner)


def _result_text(call: Call) -> str:
    result = call.result
    if type(result) is list:
        text = _part_text(result[0]) if len(result) == 1 else "\n".join(filter(None, map(_part_text, result)))
    else:
        text = _part_text(result)  # type: ignore[arg-type]
    return text or _shown_text(call.result_display)


def _shown_text(display: Raw) -> str:
    """What the screen showed of a result, where that is text."""
    try:
        return _decode_text(display)
    except REFUSALS:
        return ""


def _part_text(part: str | Part | None) -> str:
    if type(part) is not Part:
        return part if isinstance(part, str) else ""
    response = part.function_response
    return (part.text or "") if response is None else _response_text(response.response)


def _next_id(counts: Counter[str], name: str) -> str:
    """An id for a call or a response that has none: the n-th of that tool belong together."""
    counts[name] += 1
    return f"{name} {counts[name]}"


def _thought_text(thought: Thought) -> str:
    subject, description = thought.subject, thought.description
    return f"{subject}: {description}" if subject and description else subject or description or ""


def _plain_words(parts: list[Part]) -> str:
    return "".join([part.text for part in parts if part.text and not part.thought]).strip()


def _has_response(parts: list[Part]) -> bool:
    for part in parts:  # noqa: SIM110 - a loop, not any(): this runs for every question
        if part.function_response is not None:
            return True
    return False


def _response_text(response: Any) -> str:
    if type(response) is dict:
        for key in ("output", "error"):
            if key in response:
                return plain_text(response[key])
    return plain_text(response)
