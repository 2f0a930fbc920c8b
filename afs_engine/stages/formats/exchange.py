"""A row as the formats need it: its texts as raw JSON fragments, never decoded and encoded again.

Owns how a question is put together (instruction, blank line, input) and the joining of JSON string
literals as bytes. Knows no format.
"""

import msgspec

_EMPTY = msgspec.Raw(b'""')


class HistoryTurn(msgspec.Struct, gc=False):
    role: msgspec.Raw
    content: msgspec.Raw


class Exchange(msgspec.Struct, gc=False):
    """One canonical row. The Raw fields hold JSON string literals, quotes included."""

    instruction: msgspec.Raw
    output: msgspec.Raw
    input: msgspec.Raw = _EMPTY
    history: list[HistoryTurn] = []

    @property
    def question(self) -> bytes:
        """The person's turn: the instruction and, after a blank line, the input where there is one."""
        instruction, extra = bytes(self.instruction), bytes(self.input)
        return instruction if extra == b'""' else instruction[:-1] + b"\\n\\n" + extra[1:]

    @property
    def answer(self) -> bytes:
        return bytes(self.output)


_DECODER = msgspec.json.Decoder(Exchange)


def read_exchange(line: bytes) -> Exchange:
    """The exchange on a canonical line of ours."""
    return _DECODER.decode(line)


def as_literal(text: str) -> bytes:
    """A text as a JSON string literal."""
    return msgspec.json.encode(text)
