"""ChatML text rows: {"text": "<|im_start|>user\\n...<|im_end|>\\n..."}.

The one format in which data and control tokens share a string. A row whose texts hold a control
token would forge a turn, so it can't be written here; `encode` says so by returning None.
"""

import msgspec

from afs_engine.stages.formats.exchange import Exchange

KEEPS_HISTORY = True
IS_FRAME = False
_CONTROL = (b"<|im_start|>", b"<|im_end|>")


class ChatMlRow(msgspec.Struct, forbid_unknown_fields=True):
    text: str


def encode(row: Exchange, system: bytes) -> bytes | None:
    """One line, or None for a row that holds a control token; `system` is a JSON literal or empty."""
    turns = [(b"system", system)] if system else []
    turns += [(turn.role.encode(), bytes(turn.content)) for turn in row.history or ()]
    turns += [(b"user", row.question), (b"assistant", bytes(row.output))]
    if any(_holds_control(content) for _, content in turns):
        return None
    body = b"".join(b"<|im_start|>%b\\n%b<|im_end|>\\n" % (role, text[1:-1]) for role, text in turns)
    return b'{"text":"' + body + b'"}'


def _holds_control(literal: bytes) -> bool:
    """Whether the text behind a JSON literal holds a control token, also where it is written in escapes."""
    text = msgspec.json.decode(literal).encode() if b"\\" in literal else literal
    return any(mark in text for mark in _CONTROL)


DECODER = msgspec.json.Decoder(ChatMlRow)


def accepts(row: ChatMlRow) -> bool:
    """True when all turns are closed and the last two are user, assistant."""
    turns = row.text.split("<|im_start|>")[1:]
    closed = all(turn.endswith("<|im_end|>\n") for turn in turns)
    return closed and [turn.partition("\n")[0] for turn in turns[-2:]] == ["user", "assistant"]
