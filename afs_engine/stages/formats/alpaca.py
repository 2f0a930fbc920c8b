"""Alpaca: {"instruction", "input", "output"} and, where a system prompt is set, "system".

One exchange a row; earlier turns of a conversation have no place in it.
"""

import msgspec

from afs_engine.stages.formats.exchange import Exchange

KEEPS_HISTORY = False
IS_FRAME = False


class AlpacaRow(msgspec.Struct, forbid_unknown_fields=True):
    instruction: str
    input: str
    output: str
    system: str = ""


def encode(row: Exchange, system: bytes) -> bytes:
    """One line; `system` is a JSON string literal or empty."""
    head = b'{"system":' + system + b',"instruction":' if system else b'{"instruction":'
    return b"".join((head, row.instruction, b',"input":', row.input, b',"output":', row.output, b"}"))


DECODER = msgspec.json.Decoder(AlpacaRow)


def accepts(row: AlpacaRow) -> bool:
    """True when neither the question nor the answer is empty."""
    return bool(row.instruction and row.output)
