"""A row as the formats need it: its texts as raw JSON fragments, never decoded and encoded again.

Owns how a question is put together (instruction, blank line, input) and the joining of JSON string
literals as bytes. Knows no format.
"""

from typing import Literal

import msgspec

_EMPTY = msgspec.Raw(b'""')


class HistoryTurn(msgspec.Struct, gc=False):
    """An earlier turn; `content` is a JSON string literal."""

    role: Literal["system", "user", "assistant", "tool"]
    content: msgspec.Raw


class Exchange(msgspec.Struct, gc=False):
    """One canonical row. The Raw fields hold JSON string literals, quotes included.

    `history` is None where the row has a key of that name which is no list of turns: other people's
    files keep pairs, dates or tool calls there.
    """

    instruction: msgspec.Raw
    output: msgspec.Raw
    input: msgspec.Raw = _EMPTY
    history: list[HistoryTurn] | None = []

    @property
    def question(self) -> bytes:
        """The person's turn: the instruction and, after a blank line, the input where there is one."""
        if self.input is _EMPTY or bytes(self.input) == b'""':
            return bytes(self.instruction)
        return bytes(self.instruction)[:-1] + b"\\n\\n" + bytes(self.input)[1:]


class _Texts(msgspec.Struct, gc=False):
    instruction: msgspec.Raw
    output: msgspec.Raw
    input: msgspec.Raw = _EMPTY


_DECODER = msgspec.json.Decoder(Exchange)
_TEXTS_DECODER = msgspec.json.Decoder(_Texts)


def read_exchange(line: bytes) -> Exchange:
    """The exchange on a canonical line of ours."""
    try:
        row = _DECODER.decode(line)
    except msgspec.ValidationError:
        texts = _TEXTS_DECODER.decode(line)
        return Exchange(texts.instruction, texts.output, texts.input, history=None)
    _judge_history(row)
    return row


def _judge_history(row: Exchange) -> None:
    """Takes away a history with a turn that is no text."""
    if row.history and not all(bytes(turn.content).startswith(b'"') for turn in row.history):
        row.history = None


def read_exchanges(data: bytes) -> list[Exchange]:
    """The exchanges on canonical lines of ours, each ended by LF."""
    try:
        rows = _DECODER.decode_lines(data)
    except msgspec.ValidationError:
        return [read_exchange(line) for line in data.split(b"\n")[:-1]]
    for row in rows:
        if row.history:
            _judge_history(row)
    return rows


def is_bare(row: Exchange) -> bool:
    """Whether the instruction is the whole question: there is neither input nor history."""
    return row.history == [] and (row.input is _EMPTY or bytes(row.input) == b'""')


def as_literal(text: str) -> bytes:
    """A text as a JSON string literal."""
    return msgspec.json.encode(text)
