"""The split step: a side for every kept row.

Owns its key and its stored column; the rule is `stages.splitting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afs_engine.data.columns import hash_columns, join_columns, read_column, write_columns
from afs_engine.data.ledger import Ledger
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.dedup import KEPT, Deduplicated
from afs_engine.runs.steps.export import Exported
from afs_engine.stages.splitting.ratios import SIDE_NAMES, UNDECIDED, SplitRatios

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int], np.dtype[Any]]

VERSION = 2


@dataclass(frozen=True)
class Split:
    """`side` of every row of all sources; UNDECIDED for rows that are not kept."""

    entry: Entry

    @property
    def side(self) -> Array:
        return read_column(self.entry.folder / "sides", "side")


def split_rows(context: StepContext, exported: list[Exported], deduplicated: Deduplicated) -> Split:
    """Sides for all kept rows, from the store or assigned now."""
    section = context.recipe.split
    inputs = {
        "version": VERSION,
        "rows": [each.entry.result.digest for each in exported],
        "dedup": deduplicated.entry.result.digest,
        "ratios": section.model_dump(),
        "seed": context.recipe.run.seed,
    }
    ratios = SplitRatios(section.train, section.val, section.test)
    return Split(
        context.store.get_or_make(
            "split",
            inputs,
            lambda folder: _make(folder, exported, deduplicated, ratios, context.recipe.run.seed),
        )
    )


def _make(
    folder: Path, exported: list[Exported], deduplicated: Deduplicated, ratios: SplitRatios, seed: int
) -> Made:
    import numpy as np  # takes a while to load, as what needs it

    from afs_engine.data.scratch import scratch_rows, scratch_take
    from afs_engine.stages.mixing.candidates import collect_domains
    from afs_engine.stages.splitting.sides import assign_sides

    domain, domains = collect_domains([each.rowset for each in exported])
    group = join_columns([each.rowset.column("group") for each in exported])
    kept = scratch_rows(folder, deduplicated.verdict == KEPT)
    columns = [scratch_take(folder, column, kept) for column in (group, domain, deduplicated.pin)]
    side = np.full(len(domain), UNDECIDED, dtype=np.int8)
    side[kept] = assign_sides(columns[0], columns[1], ratios, seed, columns[2])
    write_columns(folder / "sides", {"side": side})
    total = len(kept)
    facts = {"rows_by_domain_and_side": count_sides(domain, domains, side)}
    ledger = Ledger(stage="split", rows_in=total, rows_out=total).checked()
    return Made(digest=hash_columns(folder / "sides"), ledgers=[ledger], facts=facts)


def count_sides(domain: Array, domains: list[str], side: Array) -> dict[str, dict[str, int]]:
    """Rows by domain (sorted) and side; `domain` holds codes into `domains`."""
    import numpy as np

    counts = {}
    for code, name_of_domain in sorted(enumerate(domains), key=lambda each: each[1]):
        sides = np.bincount(side[(domain == code) & (side != UNDECIDED)], minlength=3)
        counts[name_of_domain] = {name: int(count) for name, count in zip(SIDE_NAMES, sides, strict=True)}
    return counts
