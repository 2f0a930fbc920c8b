"""Generated answers as an evaluation leaves them beside its metrics, one a line.

Light: imports no training package.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import WorkerError

ANSWERS = "answers.jsonl"


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answer to the row at `line` (1-based) of its file. `chrf` is from 0 to 100.

    `exact`: equal but for white space; `contained`: the expected text is in the answer. `assembles` is
    None where the expected answer holds no assembly.
    """

    line: int
    domain: str
    features: list[str]
    question: str
    expected: str
    answer: str
    exact: bool
    contained: bool
    chrf: float
    assembles: bool | None


_DECODER = msgspec.json.Decoder(AnswerRecord)


def write_answers(folder: Path, records: Iterable[AnswerRecord]) -> None:
    """Writes one answer a line, in the order given."""
    encode = msgspec.json.Encoder().encode
    write_atomic(folder / ANSWERS, b"".join(encode(record) + b"\n" for record in records))


def read_answers(folder: Path) -> list[AnswerRecord]:
    """The answers of an evaluation's output folder. Raises WorkerError when they can't be read."""
    path = folder / ANSWERS
    try:
        return [_DECODER.decode(line) for line in path.read_bytes().splitlines()]
    except (OSError, msgspec.MsgspecError) as error:
        raise WorkerError("the worker's answers can't be read", where=path) from error
