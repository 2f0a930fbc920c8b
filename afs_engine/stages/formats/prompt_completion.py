"""Prompt-completion rows for trl: {"prompt": [turns], "completion": [the answer's turn]}.

The conversational kind: trl applies the base model's chat template and trains on the completion.
"""

import msgspec

from afs_engine.stages.formats.exchange import Exchange
from afs_engine.stages.formats.openai import Message
from afs_engine.stages.formats.turns import TurnKeys

KEEPS_HISTORY = True
IS_FRAME = True
_KEYS = TurnKeys("role", "content")


class PromptCompletionRow(msgspec.Struct, forbid_unknown_fields=True):
    prompt: list[Message]
    completion: list[Message]


def encode(row: Exchange, system: bytes) -> bytes:
    """One line; `system` is a JSON string literal or empty."""
    prompt = _KEYS.prompt(row, system)
    return b"".join((b'{"prompt":[', *prompt, b'],"completion":[', *_KEYS.answer(row), b"]}"))


DECODER = msgspec.json.Decoder(PromptCompletionRow)


def accepts(row: PromptCompletionRow) -> bool:
    """True when the prompt ends with the user and one answer follows."""
    exchange = [*row.prompt[-1:], *row.completion]
    return [m.role for m in exchange] == ["user", "assistant"] and all(m.content for m in exchange)
