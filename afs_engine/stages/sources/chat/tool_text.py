"""Tool calls as text: while a log is read, and in a sample.

Owns how arguments and results are shown and how much of them is kept. Knows no vendor: a reader
hands over decoded JSON values. Text here is decoded text, never a Python repr.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from afs_engine.stages.sources.chat.conversation import ToolCall

CUT_MARK = " [...]"
_MAX_ARGUMENT_CHARS = 200
_MIN_CHARS_PER_CALL = 400


def cut_text(text: str, max_chars: int) -> str:
    """The text, or its beginning with a mark that something is missing."""
    return text if len(text) <= max_chars else text[:max_chars] + CUT_MARK


def arguments_text(arguments: Any) -> str:
    """Arguments as `key=value, ...`, each value cut; anything but an object is shown as it is."""
    if not isinstance(arguments, dict):
        return _short_text(arguments)
    return ", ".join([f"{key}={_short_text(value)}" for key, value in arguments.items()])


def _short_text(value: Any) -> str:
    return cut_text(value if type(value) is str else plain_text(value), _MAX_ARGUMENT_CHARS)


def plain_text(value: Any) -> str:
    """A string as it is, nothing for null, everything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def tool_calls_text(calls: Sequence[ToolCall], *, results: bool, max_chars: int) -> str:
    """The calls of a turn in order, at most about `max_chars` characters.

    Where there are too many, the last ones are kept, since the answer rests on them, and the text
    says how many are missing. Every call has an equal share, so that one long result does not push
    the others out.
    """
    if not calls or max_chars <= 0:
        return ""
    share = max(max_chars // len(calls), min(max_chars, _MIN_CHARS_PER_CALL))
    parts: list[str] = []
    left = max_chars
    for call in reversed(calls):
        text = _call_text(call, share if results else 0)
        if parts and len(text) > left:
            break
        parts.append(text)
        left -= len(text)
    missing = len(calls) - len(parts)
    if missing:
        parts.append(f"[{missing} earlier tool calls left out]")
    return "\n".join(reversed(parts))


def _call_text(call: ToolCall, result_chars: int) -> str:
    line = f"{call.name}({call.arguments}) -> error" if call.is_error else f"{call.name}({call.arguments})"
    return f"{line}\n{cut_text(call.result, result_chars)}" if result_chars and call.result else line
