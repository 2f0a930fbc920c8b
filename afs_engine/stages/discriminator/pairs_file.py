"""Pairs as JSONL: one text a line, a real one and its corruption in turn.

Owns the form of a line. `label` is 1 for real and 0 for corrupted, as other tools expect it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from afs_engine.data.atomic import atomic_file
from afs_engine.data.digest import hash_key
from afs_engine.errors import InputError, Where
from afs_engine.stages.discriminator.blocks import Material
from afs_engine.stages.discriminator.pairs import PairRow, Side

_HINT = "make the file with `afs discriminator data`"


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    label: Literal[0, 1]
    kind: str
    material: Material
    group: str
    side: Side
    pair: int


def write_pairs(rows: Sequence[PairRow], output: Path) -> None:
    """Writes the file, whole or not at all."""
    encode = msgspec.json.Encoder().encode
    with atomic_file(output) as file:
        for row in rows:
            line = _Line(
                row.text, 1 if row.is_real else 0, row.kind, row.material, row.group, row.side, row.pair
            )
            file.write(encode(line) + b"\n")


def read_pairs(path: Path) -> list[PairRow]:
    """The rows of a pairs file. Raises InputError, with the line, where it is none."""
    if not path.is_file():
        raise InputError("there is no such file of pairs", where=path, hint=_HINT)
    decode = msgspec.json.Decoder(_Line).decode
    rows: list[PairRow] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            read = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(
                f"not a line of a pairs file: {error}", where=Where(path, number), hint=_HINT
            ) from error
        rows.append(PairRow(read.text, read.kind, read.material, read.group, read.side, read.pair))
        if not _follows(rows, read.label):
            raise InputError(
                "a real text and its corruption must follow each other", where=Where(path, number), hint=_HINT
            )
    if not rows or len(rows) % 2:
        raise InputError(
            "the last pair is not complete" if rows else "the file is empty", where=path, hint=_HINT
        )
    return rows


def _follows(rows: Sequence[PairRow], label: int) -> bool:
    """Whether the last row is a real one, or the corruption of the real one before it."""
    row = rows[-1]
    if len(rows) % 2:
        return row.is_real and label == 1
    first = rows[-2]
    return (
        not row.is_real
        and label == 0
        and (row.pair, row.side, row.material) == (first.pair, first.side, first.material)
    )


def digest_pairs(rows: Sequence[PairRow]) -> str:
    """32 hex digits over texts, kinds and sides."""
    return hash_key([[row.text, row.kind, row.side, row.group] for row in rows])
