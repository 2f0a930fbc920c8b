"""Tool calls as text: while a log is read, and in a sample.

Owns how arguments and results are shown and how much of them is kept. Knows no vendor: a reader
hands over decoded JSON values. Text here is decoded text, never a Python repr.
"""

from collections.abc import Sequence
from typing import Any

from afs_engine.data.sample import encode_value
from afs_engine.stages.sources.chat.conversation import ToolCall

CUT_MARK = " [...]"
_MAX_ARGUMENT_CHARS = 200
_MIN_CHARS_PER_CALL = 400


def cut_text(text: str, max_chars: int) -> str:
    """The text, or its beginning with a mark that something is missing."""
    return text if len(text) <= max_chars else text[:max_chars] + CUT_MARK


def arguments_text(arguments: Any, max_chars: int) -> str:
    """Arguments as `key=value, ...`, each value cut; anything but an object is shown as it is."""
    if type(arguments) is not dict:
        return cut_text(_short_text(arguments), max_chars)
    shown = [
        f"{key}={value}"
        if type(value) is str and len(value) <= _MAX_ARGUMENT_CHARS
        else f"{key}={_short_text(value)}"
        for key, value in arguments.items()
    ]
    return cut_text(shown[0] if len(shown) == 1 else ", ".join(shown), max_chars)


def _short_text(value: Any) -> str:
    return cut_text(plain_text(value), _MAX_ARGUMENT_CHARS)


def plain_text(value: Any) -> str:
    """A string as it is, nothing for null, everything else as JSON; what is nested too deep, as `...`."""
    if type(value) is str:
        return value
    try:
        return "" if value is None else encode_value(value).decode()
    except RecursionError:
        return "..."


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
        error = " -> error" if call.is_error else ""
        result = f"\n{cut_text(call.result, share)}" if results and call.result else ""
        text = f"{call.name}({call.arguments}){error}{result}"
        if parts and len(text) > left:
            break
        parts.append(text)
        left -= len(text)
    missing = len(calls) - len(parts)
    if missing:
        parts.append(f"[{missing} earlier tool calls left out]")
    return "\n".join(reversed(parts))
