"""Scores as JSON members of a row: only what was measured is named, rounded to four decimals.

Works on columns for many rows at once; knows no file.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from afs_engine.data.compiled import Pieces
from afs_engine.stages.scoring.config import COMPONENT_NAMES

_STEPS = 10_000
Array = np.ndarray[tuple[int], np.dtype[Any]]


def score_members(columns: Mapping[str, Array], skip: Array, asked: Collection[str] = ()) -> list[bytes]:
    """`"quality_score":S,"quality_components":{...}` a row; only what was measured is named.

    A component in `asked` is named in every row, null where it took no part.
    """
    measured = {name: ~np.isnan(columns[name]) for name in COMPONENT_NAMES}
    names = [name for name in COMPONENT_NAMES if name in asked or measured[name].any()]
    if not names:
        return [b""] * len(skip)
    tables = {name: _member_table(name, is_asked=name in asked) for name in ("overall", *names)}
    if names[-1] in asked or measured[names[-1]].all():  # the last one named in every row closes it
        tables[names[-1]] = _closing_table(names[-1], is_asked=names[-1] in asked)
    parts = [_texts(columns[name], table) for name, table in tables.items()]
    lines = list(map(b"".join, zip(*parts, strict=True)))
    if lines and not lines[0].endswith(b"}"):
        lines = [line[:-1] + b"}" for line in lines]  # without the last comma
    without = ~np.any(list(measured.values()), axis=0) if not asked else np.zeros(len(skip), dtype=bool)
    for row in np.flatnonzero(skip | without).tolist():
        lines[row] = b""
    return lines


def score_pieces(columns: Mapping[str, Array], asked: Collection[str] = ()) -> list[Pieces] | None:
    """What `score_members` gives, as `Core.join` takes it; None where some row has nothing to name."""
    measured = {name: ~np.isnan(columns[name]) | (name in asked) for name in COMPONENT_NAMES}
    names = [name for name in COMPONENT_NAMES if measured[name].any()]
    if not names or not np.any([measured[name] for name in names], axis=0).all():
        return None
    lengths = {}
    is_closed = np.zeros(len(columns["overall"]), dtype=bool)
    for name in reversed(names):  # the last one that a row names goes without its comma
        lengths[name] = _joined_table(name, is_asked=name in asked).lengths[_steps(columns[name])]
        lengths[name] -= measured[name] & ~is_closed
        is_closed |= measured[name]
    pieces = []
    for name in ("overall", *names):
        table, steps = _joined_table(name, is_asked=name in asked), _steps(columns[name])
        pieces.append(Pieces(table.data, table.starts[steps], lengths.get(name, table.lengths[steps])))
    return [*pieces, Pieces.constant(b"}")]


def _texts(values: Array, table: list[bytes]) -> list[bytes]:
    """The entry of each value in steps of 0.0001; the last one for NaN."""
    return [table[step] for step in _steps(values).tolist()]


def _steps(values: Array) -> Array:
    """Scores in steps of 0.0001; -1 for NaN."""
    return np.where(np.isnan(values), -1, np.rint(np.nan_to_num(values) * _STEPS)).astype(np.int64)


@cache
def _member_table(name: str, *, is_asked: bool) -> list[bytes]:
    """What stands for each step of a score, then for NaN: the overall one opens the components."""
    numbers = [f"{step / _STEPS:.4f}".rstrip("0").ljust(3, "0").encode() for step in range(_STEPS + 1)]
    if name == "overall":
        return [b'"quality_score":%b,"quality_components":{' % number for number in (*numbers, b"null")]
    absent = b'"%b":null,' % name.encode() if is_asked else b""
    return [*(b'"%b":%b,' % (name.encode(), number) for number in numbers), absent]


@dataclass(frozen=True)
class _JoinedTable:
    """The entries of a `_member_table` in one piece."""

    data: bytes
    starts: Array
    lengths: Array


@cache
def _joined_table(name: str, *, is_asked: bool) -> _JoinedTable:
    table = _member_table(name, is_asked=is_asked)
    lengths = np.array(list(map(len, table)))
    return _JoinedTable(b"".join(table), np.cumsum(lengths) - lengths, lengths)


@cache
def _closing_table(name: str, *, is_asked: bool) -> list[bytes]:
    """`_member_table` of a component that every row names, and last."""
    return [member[:-1] + b"}" for member in _member_table(name, is_asked=is_asked)]
