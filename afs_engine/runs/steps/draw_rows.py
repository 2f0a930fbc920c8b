"""Drawing rows for the rehearse and balance steps.

Owns the meeting of new and earlier rows: rows are numbered through all sources, then through the
earlier version. The rules are `stages.mixing`; keys and the store are `balance`.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from afs_engine.data.columns import hash_columns, write_columns
from afs_engine.data.scratch import scratch_rows, scratch_take
from afs_engine.data.store import Made
from afs_engine.runs.recipe import Recipe, RehearsalSection
from afs_engine.runs.steps.balance import Buffer
from afs_engine.runs.steps.dedup import KEPT, Deduplicated
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.export import Exported
from afs_engine.runs.steps.score import Scored
from afs_engine.runs.steps.split import Split
from afs_engine.stages.mixing.balance import Balanced, BalanceRules, balance
from afs_engine.stages.mixing.candidates import Candidates, collect_candidates
from afs_engine.stages.mixing.draw import draw_order, shuffle_rows
from afs_engine.stages.mixing.rehearsal import RehearsalRules, buffer_ledger, select_buffer
from afs_engine.stages.mixing.shares import rehearsal_count
from afs_engine.stages.mixing.weights import REHEARSAL
from afs_engine.stages.splitting.ratios import TRAIN

Array = np.ndarray[tuple[int], np.dtype[Any]]


def fill_buffer(
    folder: Path,
    section: RehearsalSection,
    seed: int,
    earlier: Earlier,
    scored: Scored,
    deduplicated: Deduplicated,
) -> Made:
    """Selects the rehearsal buffer from the earlier version's train side."""
    rules = RehearsalRules(
        top_ratio=section.top_ratio,
        min_score=section.min_score,
        diversity=True,
        max_per_domain=section.max_per_domain,
        seed=seed,
    )
    rows = replace(collect_candidates([earlier.rowset], ["rehearsal"]), score=scored.earlier_score)
    on_train, kept = earlier.side == TRAIN, deduplicated.earlier_verdict == KEPT
    selection = select_buffer(rows, rules, on_train & kept)
    write_columns(folder / "buffer", {"row": selection.rows.astype(np.uint32)})
    merged, off_side = int((on_train & ~kept).sum()), int((~on_train).sum())
    ledger = buffer_ledger(len(rows), selection, stage="rehearse", merged=merged, off_side=off_side)
    return Made(digest=hash_columns(folder / "buffer"), ledgers=[ledger])


@dataclass(frozen=True)
class Draw:
    """Draws the training set from the train side and the buffer."""

    exported: list[Exported]
    scored: Scored
    split: Split
    earlier: Earlier | None
    buffer: Buffer | None
    recipe: Recipe

    @cached_property
    def rules(self) -> BalanceRules:
        section = self.recipe.balance
        return BalanceRules(
            weights=section.weights,
            max_per_domain=section.max_per_domain,
            oversample=section.oversample,
            total=section.total,
            seed=self.recipe.run.seed,
        )

    def make(self, folder: Path) -> Made:
        numbers, pool, new_rows = self._pool(folder)
        if REHEARSAL in self.rules.weights or new_rows == len(pool):
            balanced = balance(pool, self.rules)
        else:
            balanced = self._with_rehearsal_on_top(pool, new_rows)
        write_columns(folder / "train", {"row": numbers[balanced.rows].astype(np.uint32, copy=False)})
        facts = {
            "shares": [share.model_dump() for share in balanced.shares],
            "rehearsed": int((pool.version[balanced.rows] > 0).sum()),
        }
        return Made(digest=hash_columns(folder / "train"), ledgers=[balanced.ledger], facts=facts)

    def _pool(self, scratch: Path) -> tuple[Array, Candidates, int]:
        """Row numbers and columns of the train side's new rows, then the buffer's; how many are new."""
        sets, names = [e.rowset for e in self.exported], [e.name for e in self.exported]
        numbers = scratch_rows(scratch, self.split.side == TRAIN)
        score = self.scored.score
        if self.earlier is not None and self.buffer is not None:
            sets, names = [*sets, self.earlier.rowset], [*names, REHEARSAL]
            numbers = np.concatenate([numbers, self.buffer.rows + np.uint32(len(self.split.side))])
            score = np.concatenate([score, self.scored.earlier_score])
        pool = collect_candidates(sets, names, numbers, scratch)
        pool = replace(pool, score=scratch_take(scratch, score, numbers))
        return numbers, pool, int((numbers < len(self.split.side)).sum())

    def _with_rehearsal_on_top(self, pool: Candidates, new_rows: int) -> Balanced:
        """New rows in their shares, then old rows up to the ratio, as far as the buffer goes."""
        new = balance(pool.take(np.arange(new_rows)), self.rules)
        old = draw_order(pool, np.arange(new_rows, len(pool)), self.rules.seed)
        ratio = self.recipe.rehearsal.ratio if self.recipe.rehearsal else 0.0
        drawn = old[: rehearsal_count(len(new.rows), ratio, len(old))]
        dropped = dict(new.ledger.dropped)
        if len(drawn) < len(old):
            dropped["not drawn, the rehearsal ratio is reached"] = len(old) - len(drawn)
        ledger = new.ledger.model_copy(
            update={
                "rows_in": len(pool),
                "rows_out": len(new.rows) + len(drawn),
                "dropped": dropped,
            }
        ).checked()
        rows = shuffle_rows(pool, np.concatenate([new.rows, drawn]), self.rules.seed)
        return Balanced(rows, new.shares, ledger)
