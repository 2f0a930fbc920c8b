"""Sample files as conversations, the way every AFS format writes them.

Owns the rule "user = instruction, then a blank line and the input where there is one; assistant =
output; earlier turns stand before them". It must not know tokens or templates.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from afs_engine.errors import InputError, Where

Role = Literal["system", "user", "assistant", "tool"]


class Turn(msgspec.Struct, frozen=True, rename={"text": "content"}):
    """One message of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One question and its answer, after the turns of `history`; `line` is its 1-based line in the file.

    `history_unread`: the row has a "history" that is no list of turns, and is taken without it.
    `score` is the row's quality_score; None is "not measured". `features` are what a suite says it tests.
    """

    line: int
    user: str
    answer: str
    domain: str
    features: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    thinking: str = ""
    score: float | None = None
    history_unread: bool = False

    @property
    def turns(self) -> tuple[Turn, ...]:
        return (*self.history, Turn("user", self.user), Turn("assistant", self.answer))

    @property
    def answer_bytes(self) -> int:
        """UTF-8 bytes of all that is trained: the answers of every turn."""
        return sum(len(turn.text.encode()) for turn in self.turns if turn.role == "assistant")

    def with_question(self, user: str) -> "ChatRow":
        return replace(self, user=user)

    def without_oldest_exchange(self) -> "ChatRow":
        """Without the history up to the second question in it; a system turn stays."""
        system = [turn for turn in self.history[:1] if turn.role == "system"]
        later = [i for i, turn in enumerate(self.history) if turn.role == "user"][1:2]
        return replace(self, history=(*system, *(self.history[later[0] :] if later else ())))


class _SampleLine(msgspec.Struct):
    instruction: str
    output: str
    input: str | None = None
    domain: str | None = None
    features: object = None  # a question suite's; anything else of that name is not ours
    thinking: str | None = None
    quality_score: float | None = None
    history: msgspec.Raw = msgspec.Raw(b"null")


_DECODER = msgspec.json.Decoder(_SampleLine)
_HISTORY = msgspec.json.Decoder(tuple[Turn, ...] | None)


def read_chat_rows(path: Path) -> Iterator[ChatRow]:
    """The rows of a JSONL of samples; blank lines are passed over.

    Raises InputError, with the line, on a file or a line that can't be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _parse_line(path, number, line)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"can't read the samples: {reason}", where=path) from error


def _parse_line(path: Path, number: int, line: bytes) -> ChatRow:
    try:
        sample = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"not a sample: {error}",
            where=Where(path, number),
            hint="`afs-engine training validate --input FILE --fix OUT` sorts good lines from bad",
        ) from error
    history, unread = _read_history(sample.history)
    return ChatRow(
        line=number,
        user=f"{sample.instruction}\n\n{sample.input}" if sample.input else sample.instruction,
        answer=sample.output,
        domain=sample.domain or "general",
        features=_texts(sample.features),
        history=history,
        thinking=sample.thinking or "",
        score=sample.quality_score,
        history_unread=unread,
    )


def _read_history(raw: msgspec.Raw) -> tuple[tuple[Turn, ...], bool]:
    """The earlier turns, and whether there is something of that name that is none."""
    try:
        return _HISTORY.decode(raw) or (), False
    except msgspec.ValidationError:
        return (), True


def _texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else ()
