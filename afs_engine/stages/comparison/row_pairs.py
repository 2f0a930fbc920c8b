"""Rows that two models were both measured on, and what their losses are spread over.

Owns the choice of the unit: per trained token while both models cut every row into the same tokens,
else per byte of the answer, because losses per token of different tokenizers can't be compared. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from afs_engine.errors import EmptyResultError
from afs_engine.stages.comparison.difference import Difference, Unit
from afs_engine.stages.comparison.paired import Array, measure_difference
from afs_engine.stages.training.row_losses import RowLossRecord


@dataclass(frozen=True, slots=True)
class RowPairs:
    """Losses of the shared rows, in the order of their lines. `unpaired` rows only one model has."""

    domains: list[str]
    before: Array
    after: Array
    units: Array
    unit: Unit
    unpaired: int

    def difference(self, seed: int) -> Difference:
        """Over all shared rows."""
        return measure_difference(self.before, self.after, self.units, seed)

    def difference_by_domain(self, seed: int) -> dict[str, Difference]:
        """For each domain, by name."""
        names = np.array(self.domains)
        return {
            domain: measure_difference(self.before[mine], self.after[mine], self.units[mine], seed)
            for domain in sorted(set(self.domains))
            for mine in [names == domain]
        }


def pair_rows(before: Sequence[RowLossRecord], after: Sequence[RowLossRecord]) -> RowPairs:
    """Pairs the rows by line. Raises EmptyResultError when the models share none."""
    others = {row.line: row for row in after}
    pairs = [(row, others[row.line]) for row in before if row.line in others]
    if not pairs:
        raise EmptyResultError("the models have no measured row in common")
    unit: Unit = "token" if all(one.token_digest == two.token_digest for one, two in pairs) else "byte"
    return RowPairs(
        domains=[one.domain for one, _ in pairs],
        before=np.array([one.loss_sum for one, _ in pairs]),
        after=np.array([two.loss_sum for _, two in pairs]),
        units=np.array([one.tokens if unit == "token" else one.answer_bytes for one, _ in pairs]),
        unit=unit,
        unpaired=len(before) + len(after) - 2 * len(pairs),
    )
