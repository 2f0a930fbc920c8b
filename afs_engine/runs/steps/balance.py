"""The rehearse and balance steps: which rows make the training set, in which order.

Owns the meeting of new and earlier rows: rows are numbered through all sources, then through the
earlier version. Both steps touch the train side only. The rules are `stages.mixing`.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from afs_engine.data.columns import read_column, write_columns
from afs_engine.data.digest import hash_files
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
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
from afs_engine.stages.splitting.sides import TRAIN

VERSION = 1
Array = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass(frozen=True)
class Buffer:
    """`rows`: row numbers within the earlier version that may be rehearsed, best first."""

    entry: Entry

    @property
    def rows(self) -> Array:
        return read_column(self.entry.folder / "buffer.arrow", "row")


@dataclass(frozen=True)
class TrainingSet:
    """`rows`: numbers through all sources, then the earlier version, in training order, with repeats."""

    entry: Entry

    @property
    def rows(self) -> Array:
        return read_column(self.entry.folder / "train.arrow", "row")


def build_buffer(
    context: StepContext, earlier: Earlier, scored: Scored, deduplicated: Deduplicated
) -> Buffer:
    """The rehearsal buffer, from the store or selected now."""
    section = context.recipe.rehearsal
    assert section is not None
    rules = RehearsalRules(
        top_ratio=section.top_ratio,
        min_score=section.min_score,
        diversity=True,
        max_per_domain=section.max_per_domain,
        seed=context.recipe.run.seed,
    )
    inputs = [
        "buffer",
        VERSION,
        earlier.digest,
        scored.entry.result.digest,
        deduplicated.entry.result.digest,
        [rules.top_ratio, rules.min_score, rules.max_per_domain, rules.seed],
    ]

    def make(folder: Path) -> Made:
        rows = replace(collect_candidates([earlier.rowset], ["rehearsal"]), score=scored.earlier_score)
        on_train, kept = earlier.side == TRAIN, deduplicated.earlier_verdict == KEPT
        selection = select_buffer(rows, rules, on_train & kept)
        write_columns(folder / "buffer.arrow", {"row": selection.rows.astype(np.uint32)})
        merged, off_side = int((on_train & ~kept).sum()), int((~on_train).sum())
        ledger = buffer_ledger(len(rows), selection, stage="rehearse", merged=merged, off_side=off_side)
        return Made(digest=hash_files([folder / "buffer.arrow"]), ledgers=[ledger])

    return Buffer(context.store.get_or_make("rehearse", inputs, make))


def balance_rows(
    context: StepContext,
    exported: list[Exported],
    scored: Scored,
    split: Split,
    earlier: Earlier | None,
    buffer: Buffer | None,
) -> TrainingSet:
    """The training set's rows, from the store or drawn now."""
    section = context.recipe.balance
    rules = BalanceRules(
        weights=section.weights,
        max_per_domain=section.max_per_domain,
        oversample=section.oversample,
        total=section.total,
        seed=context.recipe.run.seed,
    )
    ratio = context.recipe.rehearsal.ratio if context.recipe.rehearsal else 0.0
    inputs = {
        "version": VERSION,
        "rows": [each.entry.result.digest for each in exported],
        "scored": scored.entry.result.digest,
        "split": split.entry.result.digest,
        "buffer": [earlier.digest, buffer.entry.result.digest] if earlier and buffer else None,
        "rules": [list(section.weights.items()), section.model_dump(exclude={"weights"}), rules.seed, ratio],
    }
    job = _Draw(exported, scored, split, earlier, buffer, rules, ratio)
    return TrainingSet(context.store.get_or_make("balance", inputs, job.make))


@dataclass(frozen=True)
class _Draw:
    exported: list[Exported]
    scored: Scored
    split: Split
    earlier: Earlier | None
    buffer: Buffer | None
    rules: BalanceRules
    ratio: float

    def make(self, folder: Path) -> Made:
        numbers, pool, new_rows = self._pool()
        if REHEARSAL in self.rules.weights or new_rows == len(pool):
            balanced = balance(pool, self.rules)
        else:
            balanced = self._with_rehearsal_on_top(pool, new_rows)
        write_columns(folder / "train.arrow", {"row": numbers[balanced.rows].astype(np.uint32)})
        facts = {
            "shares": [share.model_dump() for share in balanced.shares],
            "rehearsed": int((pool.version[balanced.rows] > 0).sum()),
        }
        return Made(digest=hash_files([folder / "train.arrow"]), ledgers=[balanced.ledger], facts=facts)

    def _pool(self) -> tuple[Array, Candidates, int]:
        """Row numbers and columns of the train side's new rows, then the buffer's; how many are new."""
        sets, names = [e.rowset for e in self.exported], [e.name for e in self.exported]
        numbers = np.flatnonzero(self.split.side == TRAIN)
        score = self.scored.score
        if self.earlier is not None and self.buffer is not None:
            sets, names = [*sets, self.earlier.rowset], [*names, REHEARSAL]
            numbers = np.concatenate([numbers, self.buffer.rows.astype(np.int64) + len(self.split.side)])
            score = np.concatenate([score, self.scored.earlier_score])
        whole = replace(collect_candidates(sets, names), score=score)
        pool = whole.take(numbers)
        return numbers, pool, int((numbers < len(self.split.side)).sum())

    def _with_rehearsal_on_top(self, pool: Candidates, new_rows: int) -> Balanced:
        """New rows in their shares, then old rows up to the ratio, as far as the buffer goes."""
        new = balance(pool.take(np.arange(new_rows)), self.rules)
        old = draw_order(pool, np.arange(new_rows, len(pool)), self.rules.seed)
        drawn = old[: rehearsal_count(len(new.rows), self.ratio, len(old))]
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
