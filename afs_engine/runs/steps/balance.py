"""The rehearse and balance steps: which rows make the training set, in which order.

Owns their keys and what is stored. Both touch the train side only. The drawing is `draw_rows`, imported
only where it has to be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afs_engine.data.columns import read_column
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.dedup import Deduplicated
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.export import Exported
from afs_engine.runs.steps.score import Scored
from afs_engine.runs.steps.split import Split

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int], np.dtype[Any]]

VERSION = 2


@dataclass(frozen=True)
class Buffer:
    """`rows`: row numbers within the earlier version that may be rehearsed, best first."""

    entry: Entry

    @property
    def rows(self) -> Array:
        return read_column(self.entry.folder / "buffer", "row")


@dataclass(frozen=True)
class TrainingSet:
    """`rows`: numbers through all sources, then the earlier version, in training order, with repeats."""

    entry: Entry

    @property
    def rows(self) -> Array:
        return read_column(self.entry.folder / "train", "row")


def build_buffer(
    context: StepContext, earlier: Earlier, scored: Scored, deduplicated: Deduplicated
) -> Buffer:
    """The rehearsal buffer, from the store or selected now."""
    section = context.recipe.rehearsal
    assert section is not None
    inputs = [
        "buffer",
        VERSION,
        earlier.digest,
        scored.entry.result.digest,
        deduplicated.entry.result.digest,
        [section.top_ratio, section.min_score, section.max_per_domain, context.recipe.run.seed],
    ]

    def make(folder: Path) -> Made:
        from afs_engine.runs.steps.draw_rows import fill_buffer  # numpy takes a while to load

        return fill_buffer(folder, section, context.recipe.run.seed, earlier, scored, deduplicated)

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
    section, seed = context.recipe.balance, context.recipe.run.seed
    ratio = context.recipe.rehearsal.ratio if context.recipe.rehearsal else 0.0
    inputs = {
        "version": VERSION,
        "rows": [each.entry.result.digest for each in exported],
        "scored": scored.entry.result.digest,
        "split": split.entry.result.digest,
        "buffer": [earlier.digest, buffer.entry.result.digest] if earlier and buffer else None,
        "rules": [
            list(section.weights.items()),
            section.model_dump(exclude={"weights"}),
            seed,
            ratio,
        ],
    }

    def make(folder: Path) -> Made:
        from afs_engine.runs.steps.draw_rows import Draw  # numpy takes a while to load

        return Draw(exported, scored, split, earlier, buffer, context.recipe).make(folder)

    return TrainingSet(context.store.get_or_make("balance", inputs, make))
