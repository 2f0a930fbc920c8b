"""Sample files as question and answer pairs, the way every AFS format writes them.

Owns the rule "user = instruction, then a blank line and the input where there is one; assistant =
output". It must not know tokens or templates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from afs_engine.errors import InputError, Where


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One exchange; `line` is its 1-based line in the file, `features` are what a suite says it tests."""

    line: int
    user: str
    answer: str
    domain: str
    features: tuple[str, ...] = ()


class _SampleLine(msgspec.Struct):
    instruction: str
    output: str
    input: str | None = None
    domain: str | None = None
    features: object = None  # a question suite's; anything else of that name is not ours


_DECODER = msgspec.json.Decoder(_SampleLine)


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
    user = f"{sample.instruction}\n\n{sample.input}" if sample.input else sample.instruction
    return ChatRow(number, user, sample.output, sample.domain or "general", _texts(sample.features))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else ()
