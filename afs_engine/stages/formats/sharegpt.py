"""ShareGPT rows: {"conversations": [{"from", "value"}, ...]}, ending with the assistant's answer."""

from typing import Literal

import msgspec

from afs_engine.stages.formats.exchange import Exchange
from afs_engine.stages.formats.turns import TurnKeys

KEEPS_HISTORY = True
IS_FRAME = True
_KEYS = TurnKeys("from", "value")


class Turn(msgspec.Struct, forbid_unknown_fields=True, gc=False, rename={"speaker": "from"}):
    speaker: Literal["system", "user", "assistant", "tool"]
    value: str


class ShareGptRow(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    conversations: list[Turn]


def encode(row: Exchange, system: bytes) -> bytes:
    """One line; `system` is a JSON string literal or empty."""
    return b"".join((b'{"conversations":[', *_KEYS.prompt(row, system), b",", *_KEYS.answer(row), b"]}"))


DECODER = msgspec.json.Decoder(ShareGptRow)


def accepts(row: ShareGptRow) -> bool:
    """True when the row ends with a question and its answer."""
    if len(row.conversations) < 2:
        return False
    question, answer = row.conversations[-2:]
    return (question.speaker, answer.speaker) == ("user", "assistant") and bool(
        question.value and answer.value
    )
