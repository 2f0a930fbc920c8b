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
from afs_engine.stages.sources.gemini.records import Call, Message, Part

_ADDED_TAGS = ("session_context", "hook_context")
_SETUP_MARK = "This is the Gemini CLI. We are setting up the context for our chat."
_SNAPSHOT_MARK = "<state_snapshot>"
_COMMAND = re.compile(r"(/[a-z][\w:-]*|\?)(\s|$)")
_CANCELLED = "Request cancelled."
_decode_text = msgspec.json.Decoder(str).decode
_decode_any = msgspec.json.Decoder().decode


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
        elif message.type == "info" and _plain_words(message) == _CANCELLED:
            self._counts.skip(INTERRUPTED)
            self._assembler.fail(INTERRUPTED)
        elif message.type in ("info", "warning"):
            self._counts.skip("notice")
        else:
            count_unknown(self._counts, message.type)

    def _add_user(self, message: Message) -> None:
        if any(part.function_response for part in message.parts):
            self._add_responses(message.parts)
            return
        typed = _plain_words(message)
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
            draft.think(": ".join([text for text in (thought.subject, thought.description) if text]))
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
            self._assembler.call(call_id, call.name, self._arguments(call.args))
        elif part.thought:
            draft.think(part.thought if isinstance(part.thought, str) else part.text)
        else:
            draft.say(part.text)

    def _add_call(self, call: Call) -> None:
        self._assembler.call(call.id or "", call.name, self._arguments(call.args))
        self._assembler.add_result(call.id or "", self._result(call), _is_error(call))

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

    def _arguments(self, raw: Raw) -> str:
        if not self._tool_chars:
            return ""
        try:
            return cut_text(arguments_text(_decode_any(raw)), self._tool_chars)
        except REFUSALS:
            return ""

    def _result(self, call: Call) -> str:
        if not self._tool_chars:
            return ""
        content = call.result if isinstance(call.result, list) else [call.result]
        text = "\n".join([text for part in content if (text := _part_text(part))])
        return cut_text(text or _shown_text(call.result_display), self._tool_chars)


def _shown_text(display: Raw) -> str:
    """What the screen showed of a result, where that is text."""
    try:
        return _decode_text(display)
    except REFUSALS:
        return ""


def _part_text(part: str | Part | None) -> str:
    if part is None or isinstance(part, str):
        return part or ""
    response = part.function_response
    return (part.text or "") if response is None else _response_text(response.response)


def _next_id(counts: Counter[str], name: str) -> str:
    """An id for a call or a response that has none: the n-th of that tool belong together."""
    counts[name] += 1
    return f"{name} {counts[name]}"


def _is_error(call: Call) -> bool | None:
    return None if call.status is None else call.status in ("error", "cancelled")


def _plain_words(message: Message) -> str:
    return "".join(part.text for part in message.parts if part.text and not part.thought).strip()


def _response_text(response: Any) -> str:
    if isinstance(response, dict):
        for key in ("output", "error"):
            if key in response:
                return plain_text(response[key])
    return plain_text(response)
