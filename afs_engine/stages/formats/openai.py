"""OpenAI chat rows: {"messages": [{"role", "content"}, ...]}, ending with the assistant's answer.

Also what mlx-lm reads from a folder's train.jsonl.
"""

from typing import Literal

import msgspec

from afs_engine.stages.formats.exchange import Exchange
from afs_engine.stages.formats.turns import TurnKeys

KEEPS_HISTORY = True
_KEYS = TurnKeys("role", "content")


class Message(msgspec.Struct, forbid_unknown_fields=True):
    role: Literal["system", "user", "assistant", "tool"]
    content: str


class OpenAiRow(msgspec.Struct, forbid_unknown_fields=True):
    messages: list[Message]


def encode(row: Exchange, system: bytes) -> bytes:
    """One line; `system` is a JSON string literal or empty."""
    turns = [*_KEYS.prompt_turns(row, system), _KEYS.answer_turn(row)]
    return b'{"messages":[' + b",".join(turns) + b"]}"


_DECODER = msgspec.json.Decoder(OpenAiRow)


def check(line: bytes) -> bool:
    """True when the line reads back as this format and ends question, answer."""
    messages = _DECODER.decode(line).messages
    return [m.role for m in messages[-2:]] == ["user", "assistant"] and all(m.content for m in messages[-2:])
