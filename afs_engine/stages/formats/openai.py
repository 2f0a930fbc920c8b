"""OpenAI chat rows: {"messages": [{"role", "content"}, ...]}, ending with the assistant's answer.

Also what mlx-lm reads from a folder's train.jsonl.
"""

from typing import Literal

import msgspec

from afs_engine.stages.formats.exchange import Exchange
from afs_engine.stages.formats.turns import TurnKeys

KEEPS_HISTORY = True
IS_FRAME = True
_KEYS = TurnKeys("role", "content")


class Message(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    role: Literal["system", "user", "assistant", "tool"]
    content: str


class OpenAiRow(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    messages: list[Message]


def encode(row: Exchange, system: bytes) -> bytes:
    """One line; `system` is a JSON string literal or empty."""
    return b"".join((b'{"messages":[', *_KEYS.prompt(row, system), b",", *_KEYS.answer(row), b"]}"))


DECODER = msgspec.json.Decoder(OpenAiRow)


def accepts(row: OpenAiRow) -> bool:
    """True when the row ends with a question and its answer."""
    if len(row.messages) < 2:
        return False
    question, answer = row.messages[-2], row.messages[-1]
    is_exchange = question.role == "user" and answer.role == "assistant"
    return is_exchange and bool(question.content and answer.content)
