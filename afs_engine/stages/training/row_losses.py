"""The losses of single rows, as an evaluation leaves them beside its metrics.

With them two models can be compared row by row. Light: imports no training package.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import WorkerError

ROW_LOSSES = "row_losses.jsonl"


@dataclass(frozen=True, slots=True)
class RowLossRecord:
    """The summed loss over the `tokens` trained tokens of the row at `line` (1-based) of its file.

    `token_digest` is that of the trained token ids: equal where two models cut the answer alike.
    `answer_bytes` is the length of the answer in UTF-8, the same for every model.
    """

    line: int
    domain: str
    loss_sum: float
    tokens: int
    token_digest: str
    answer_bytes: int


_DECODER = msgspec.json.Decoder(RowLossRecord)


def write_row_losses(folder: Path, rows: Iterable[RowLossRecord]) -> None:
    """Writes one row a line, in the order given."""
    encode = msgspec.json.Encoder().encode
    write_atomic(folder / ROW_LOSSES, b"".join(encode(row) + b"\n" for row in rows))


def read_row_losses(folder: Path) -> list[RowLossRecord]:
    """The rows of an evaluation's output folder. Raises WorkerError when they can't be read."""
    path = folder / ROW_LOSSES
    try:
        return [_DECODER.decode(line) for line in path.read_bytes().splitlines()]
    except (OSError, msgspec.MsgspecError) as error:
        raise WorkerError("the worker's row losses can't be read", where=path) from error
