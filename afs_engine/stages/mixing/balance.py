"""Balancing: from candidates and weights to the rows of a training set, with its ledger.

Puts the pieces of this folder together: filter by score, cap domains, assign buckets, plan shares,
draw, shuffle. Pure over columns; knows no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from afs_engine.data.ledger import Ledger
from afs_engine.data.scratch import scratch_rows
from afs_engine.errors import UsageError
from afs_engine.stages.mixing.candidates import Candidates, IntArray
from afs_engine.stages.mixing.draw import cap_domains, draw_shares, shuffle_rows
from afs_engine.stages.mixing.shares import Share, plan_shares
from afs_engine.stages.mixing.weights import UNWEIGHTED, assign_buckets, check_weights

ALL = "all"


@dataclass(frozen=True)
class BalanceRules:
    """What a person asks for. No weights: every row is kept once (after filter and cap)."""

    weights: Mapping[str, float]
    min_quality_score: float | None = None
    max_per_domain: int | None = None
    oversample: bool = False
    total: int | None = None
    shuffle: bool = True
    seed: int = 42


@dataclass(frozen=True)
class Balanced:
    """Row numbers in training order (repeats included), the shares, and what became of the rest."""

    rows: IntArray
    shares: list[Share]
    ledger: Ledger


def balance(rows: Candidates, rules: BalanceRules, *, stage: str = "balance") -> Balanced:
    """The balanced selection. Raises UsageError for impossible weights, EmptyResultError for nothing."""
    dropped: dict[str, int] = {}
    chosen = _filter_by_score(rows, rules.min_quality_score, dropped)
    if rules.max_per_domain is not None:
        capped = cap_domains(rows, chosen, rules.max_per_domain, rules.seed)
        _count(dropped, "over the cap of its domain", len(chosen) - len(capped))
        chosen = capped
    bucket, weights = _buckets(rows, chosen, rules)
    available = {name: int((bucket == position).sum()) for position, name in enumerate(weights)}
    _refuse_starved(available, weights, dropped)
    shares = plan_shares(available, weights, oversample=rules.oversample, total=rules.total)
    drawn = draw_shares(rows, chosen, bucket, shares, rules.seed)
    _count(dropped, "no weight covers it", int((bucket == UNWEIGHTED).sum()))
    _count(dropped, "not drawn, its share is full", sum(max(0, s.available - s.drawn) for s in shares))
    del chosen, bucket  # the order of the drawn rows needs their room
    ledger = Ledger(
        stage=stage,
        rows_in=len(rows),
        rows_out=len(drawn),
        dropped=dropped,
        repeated=sum(share.repeated for share in shares),
    ).checked()
    ordered = shuffle_rows(rows, drawn, rules.seed) if rules.shuffle else np.sort(drawn)
    return Balanced(ordered, shares, ledger)


def _buckets(rows: Candidates, chosen: IntArray, rules: BalanceRules) -> tuple[IntArray, Mapping[str, float]]:
    """Bucket of each chosen row and the weights; names are checked against all rows, not the chosen."""
    if not rules.weights:
        return np.zeros(len(chosen), dtype=np.int16), {ALL: 1.0}
    check_weights(rules.weights)
    bucket = assign_buckets(rows, list(rules.weights))
    return (bucket if len(chosen) == len(rows) else bucket[chosen]), rules.weights


def _filter_by_score(rows: Candidates, minimum: float | None, dropped: dict[str, int]) -> IntArray:
    if minimum is None:
        return scratch_rows(None, np.ones(len(rows), np.bool_))
    unscored = np.isnan(rows.score)
    keep = ~unscored & (rows.score >= np.float32(minimum))
    _count(dropped, "no quality score", int(unscored.sum()))
    _count(dropped, f"quality below {minimum:g}", int((~unscored & ~keep).sum()))
    return scratch_rows(None, keep)


def _refuse_starved(
    available: Mapping[str, int], weights: Mapping[str, float], dropped: dict[str, int]
) -> None:
    for name, weight in weights.items():
        if weight > 0 and not available[name]:
            gone = ", ".join(f"{count:,} {reason}" for reason, count in dropped.items())
            raise UsageError(
                f"weight '{name}' is {weight:g}, but none of its rows is left"
                + (f" ({gone})" if gone else ""),
                hint="set its weight to 0, or loosen what dropped its rows",
            )


def _count(dropped: dict[str, int], reason: str, count: int) -> None:
    if count:
        dropped[reason] = dropped.get(reason, 0) + count
