"""ShareGPT rows: {"conversations": [{"from", "value"}, ...]}, ending with the assistant's answer."""

from typing import Literal

import msgspec

from afs_engine.stages.formats.exchange import Exchange
from afs_engine.stages.formats.turns import TurnKeys

KEEPS_HISTORY = True
_KEYS = TurnKeys("from", "value")


class Turn(msgspec.Struct, forbid_unknown_fields=True, rename={"speaker": "from"}):
    speaker: Literal["system", "user", "assistant", "tool"]
    value: str


class ShareGptRow(msgspec.Struct, forbid_unknown_fields=True):
    conversations: list[Turn]


def encode(row: Exchange, system: bytes) -> bytes:
    """One line; `system` is a JSON string literal or empty."""
    turns = [*_KEYS.prompt_turns(row, system), _KEYS.answer_turn(row)]
    return b'{"conversations":[' + b",".join(turns) + b"]}"


_DECODER = msgspec.json.Decoder(ShareGptRow)


def check(line: bytes) -> bool:
    """True when the line reads back as this format and ends question, answer."""
    turns = _DECODER.decode(line).conversations
    return [t.speaker for t in turns[-2:]] == ["user", "assistant"] and all(t.value for t in turns[-2:])
