"""Codex tool calls and their outputs as text.

Owns the vendor's shapes: arguments that are JSON within a string, shell commands as argv, outputs that
are text, parts, an object, or JSON within a string. Knows no turn.
"""

from typing import Any

import msgspec

from afs_engine.stages.sources.chat.lines import REFUSALS
from afs_engine.stages.sources.chat.tool_text import arguments_text, cut_text
from afs_engine.stages.sources.codex.records import Item, Output, Part

_decode = msgspec.json.Decoder().decode


class _Metadata(msgspec.Struct):
    exit_code: int | None = None


class _WrappedOutput(msgspec.Struct):
    output: str
    metadata: _Metadata | None = None


_decode_wrapped = msgspec.json.Decoder(_WrappedOutput).decode
_WRAPPED_BEGINNING = '{"output":'


def call_name(item: Item) -> str:
    """The tool's name; calls that have none are named by their type."""
    return item.name or item.type.removesuffix("_call")


def call_arguments(item: Item, max_chars: int) -> str:
    """The arguments as text."""
    value = item.arguments
    if value is None:
        value = item.action if item.input is None else item.input
    if isinstance(value, str):
        value = _decode_object(value)
    if isinstance(value, dict) and "command" in value:
        value["command"] = _shell_text(value["command"])
    return arguments_text(value, max_chars)


def call_result(item: Item, max_chars: int) -> tuple[str, bool | None]:
    """The output as text, and whether the tool failed, where the log says so."""
    text, is_error = _output_text(item.output), None
    if isinstance(item.output, Output) and item.output.success is not None:
        is_error = not item.output.success
    elif text.startswith(_WRAPPED_BEGINNING):
        try:
            wrapped = _decode_wrapped(text)
        except REFUSALS:
            return cut_text(text, max_chars), None
        text = wrapped.output
        if wrapped.metadata and wrapped.metadata.exit_code is not None:
            is_error = wrapped.metadata.exit_code != 0
    return cut_text(text, max_chars), is_error


def _output_text(output: str | list[Part] | Output | None) -> str:
    if isinstance(output, Output):
        return _output_text(output.content)
    if isinstance(output, list):
        return "\n".join(part.text for part in output if part.text)
    return output or ""


def _shell_text(command: Any) -> Any:
    """The script of `["bash", "-lc", script]`; any other command as it is."""
    if isinstance(command, list) and len(command) == 3 and command[1] in ("-c", "-lc"):
        return command[2]
    return command


def _decode_object(text: str) -> Any:
    """The object in the text, or the text."""
    if not text.startswith("{"):
        return text
    try:
        return _decode(text)
    except REFUSALS:
        return text
