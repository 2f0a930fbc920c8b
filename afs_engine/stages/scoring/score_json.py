"""Scores as JSON members of a row: only what was measured is named, rounded to four decimals.

Works on columns for many rows at once; knows no file.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from afs_engine.stages.scoring.config import COMPONENT_NAMES

Array = np.ndarray[tuple[int], np.dtype[Any]]


def score_members(columns: Mapping[str, Array], skip: Array) -> list[bytes]:
    """`"quality_score":S,"quality_components":{...}` a row; only what was measured is named."""
    texts = {name: _texts(columns[name]) for name in ("overall", *COMPONENT_NAMES)}
    measured = [name for name in COMPONENT_NAMES if any(texts[name])]
    result = []
    for row, skipped in enumerate(skip.tolist()):
        parts = [b'"%b":%b' % (name.encode(), texts[name][row]) for name in measured if texts[name][row]]
        if skipped or not parts:
            result.append(b"")
            continue
        overall = texts["overall"][row] or b"null"
        result.append(b'"quality_score":%b,"quality_components":{%b}' % (overall, b",".join(parts)))
    return result


_NUMBERS = [f"{step / 10000:.4f}".rstrip("0").ljust(3, "0").encode() for step in range(10001)]


def _texts(values: Array) -> list[bytes]:
    """Each value as JSON with at most four decimals; empty for NaN."""
    steps = np.where(np.isnan(values), -1, np.rint(np.nan_to_num(values) * 10000)).astype(np.int64)
    table = [*_NUMBERS, b""]
    return [table[step] for step in steps.tolist()]
