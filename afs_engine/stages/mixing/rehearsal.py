"""Choosing what to rehearse: the best rows of an earlier version, and how many go into the new mix.

Pure over columns. A rehearsal ratio of 0.3 means: 30 % of the mixed set are old rows. Knows no file.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from afs_engine.data.ledger import Ledger
from afs_engine.stages.mixing.candidates import Candidates, IntArray
from afs_engine.stages.mixing.draw import cap_domains, keyed_hash

BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class RehearsalRules:
    """`top_ratio` of the rows are kept, the best first; `diversity`: of each domain's rows.

    `min_score` then drops what is worse (and what was never scored).
    """

    top_ratio: float = 0.3
    min_score: float | None = None
    diversity: bool = False
    max_per_domain: int | None = None
    seed: int = 42


@dataclass(frozen=True)
class BufferSelection:
    """Row numbers of the buffer, best first, and what became of the rest."""

    rows: IntArray
    dropped: dict[str, int]


def select_buffer(
    rows: Candidates, rules: RehearsalRules, eligible: BoolArray | None = None
) -> BufferSelection:
    """The rows worth rehearsing among `eligible` (all, by default).

    Rows without a score come after all scored ones; ties are broken by a keyed hash of the content.
    """
    able = np.arange(len(rows)) if eligible is None else np.flatnonzero(eligible)
    dropped: dict[str, int] = {}
    order = able[np.lexsort((_tie_keys(rows, able, rules.seed), -_sortable(rows.score[able])))]
    top = (
        _top_of_each_domain(rows, order, rules.top_ratio) if rules.diversity else _top(order, rules.top_ratio)
    )
    _count(dropped, f"not in the top {rules.top_ratio:.0%}", len(order) - len(top))
    chosen = top
    if rules.min_score is not None:
        scores = rows.score[chosen]
        _count(dropped, "no quality score", int(np.isnan(scores).sum()))
        _count(
            dropped, f"quality below {rules.min_score:g}", int((scores < np.float32(rules.min_score)).sum())
        )
        chosen = chosen[scores >= np.float32(rules.min_score)]
    if rules.max_per_domain is not None:
        capped = cap_domains(rows, chosen, rules.max_per_domain, rules.seed)
        _count(dropped, "over the cap of its domain", len(chosen) - len(capped))
        chosen = chosen[np.isin(chosen, capped)]
    return BufferSelection(chosen, dropped)


def buffer_ledger(
    rows_in: int, selection: BufferSelection, *, stage: str, merged: int = 0, off_side: int = 0
) -> Ledger:
    """The ledger of a selection; `merged` rows are copies of others, `off_side` were not trained on."""
    dropped = dict(selection.dropped)
    _count(dropped, "on the earlier version's val or test side", off_side)
    ledger = Ledger(
        stage=stage, rows_in=rows_in, rows_out=len(selection.rows), dropped=dropped, merged=merged
    )
    return ledger.checked()


def _top(order: IntArray, ratio: float) -> IntArray:
    return order[: max(1, round(len(order) * ratio))] if len(order) else order


def _top_of_each_domain(rows: Candidates, order: IntArray, ratio: float) -> IntArray:
    """The first `ratio` of each domain's rows, at least one, in the overall order."""
    keep = np.zeros(len(order), dtype=bool)
    for code in np.unique(rows.domain[order]):
        members = np.flatnonzero(rows.domain[order] == code)
        keep[members[: max(1, round(len(members) * ratio))]] = True
    return order[keep]


def _tie_keys(rows: Candidates, chosen: IntArray, seed: int) -> IntArray:
    return keyed_hash(rows.id_hi[chosen], rows.id_lo[chosen], seed)


def _sortable(score: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.where(np.isnan(score), np.float32(-np.inf), score)


def _count(dropped: dict[str, int], reason: str, count: int) -> None:
    if count:
        dropped[reason] = dropped.get(reason, 0) + count
