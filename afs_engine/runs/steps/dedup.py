"""The dedup step: exact and near copies are merged into their first copy; rows of an earlier version
are recognised.

Owns the order in which rows count as first (the recipe's sources, then the earlier version's rows)
and the stored decisions. The search itself is `stages.dedup`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from afs_engine.data.columns import read_column, write_columns
from afs_engine.data.digest import hash_files
from afs_engine.data.ledger import Ledger
from afs_engine.data.rowset import RowSet
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.export import Exported
from afs_engine.runs.steps.score import Scored
from afs_engine.stages.dedup.clusters import cluster_near_duplicates
from afs_engine.stages.dedup.exact import first_occurrences
from afs_engine.stages.dedup.near import find_near_duplicates
from afs_engine.stages.splitting.sides import TEST, TRAIN, UNDECIDED, VAL

VERSION = 1
KEPT, BELOW_QUALITY, EXACT, NEAR = 0, 1, 2, 3

Array = np.ndarray[tuple[int], np.dtype[Any]]


class DedupText(msgspec.Struct, gc=False):
    """What two rows are compared by."""

    instruction: str
    output: str


@dataclass(frozen=True)
class Deduplicated:
    """Columns over all rows of all sources, in order, and over the earlier version's rows.

    verdict: KEPT, BELOW_QUALITY, EXACT or NEAR for each row; the same for each row of the earlier
    version, where a copy of a new row or of another earlier one is not KEPT. pin: the side that the
    earlier version gave to a row like it, or UNDECIDED.
    """

    entry: Entry

    @property
    def verdict(self) -> Array:
        return _column(self.entry, "rows", "verdict")

    @property
    def pin(self) -> Array:
        return _column(self.entry, "rows", "pin")

    @property
    def earlier_verdict(self) -> Array:
        return _column(self.entry, "earlier", "verdict")


def _column(entry: Entry, table: str, name: str) -> Array:
    return read_column(entry.folder / f"{table}.arrow", name)


def deduplicate(
    context: StepContext, exported: list[Exported], scored: Scored, earlier: Earlier | None
) -> Deduplicated:
    """Decisions for every row, from the store or made now."""
    near = context.recipe.dedup.near
    inputs = {
        "version": VERSION,
        "rows": [each.entry.result.digest for each in exported],
        "scored": scored.entry.result.digest,
        "earlier": earlier.digest if earlier else None,
        "near": near,
    }
    job = _Dedup([each.rowset for each in exported], scored, earlier, near, context)
    return Deduplicated(context.store.get_or_make("dedup", inputs, job.make))


@dataclass(frozen=True)
class _Dedup:
    rowsets: list[RowSet]
    scored: Scored
    earlier: Earlier | None
    near: bool
    context: StepContext

    def make(self, folder: Path) -> Made:
        ids = self._ids()
        new = len(self.scored.passes)
        verdict = np.full(len(ids), KEPT, dtype=np.uint8)
        verdict[:new][~self.scored.passes] = BELOW_QUALITY
        candidates = np.flatnonzero(verdict == KEPT)
        first = first_occurrences(ids[candidates])
        verdict[candidates[~first]] = EXACT
        pin = self._pins_by_name(ids[:new])
        if self.near:
            self._mark_near(candidates[first], verdict, pin, folder)
        write_columns(folder / "rows.arrow", {"verdict": verdict[:new], "pin": pin})
        write_columns(folder / "earlier.arrow", {"verdict": verdict[new:]})
        return Made(digest=hash_files(sorted(folder.glob("*.arrow"))), ledgers=[_ledger(verdict[:new])])

    def _ids(self) -> Array:
        sets = [*self.rowsets, *([self.earlier.rowset] if self.earlier else [])]
        columns = [rowset.index("id_hi", "id_lo").to_numpy() for rowset in sets]
        return np.concatenate(columns)

    def _pins_by_name(self, ids: Array) -> Array:
        """Sides that the earlier version gave to the same content or the same group."""
        if self.earlier is None:
            return np.full(len(ids), UNDECIDED, dtype=np.int8)
        groups = np.concatenate([rowset.column("group") for rowset in self.rowsets])
        return self.earlier.sides_of(ids, groups)

    def _mark_near(self, candidates: Array, verdict: Array, pin: Array, scratch: Path) -> None:
        """Marks near copies among `candidates` (row numbers through new and earlier rows)."""
        blocks = self._texts(candidates)
        verdict[candidates[find_near_duplicates(blocks, scratch_folder=scratch).removed_rows]] = NEAR
        if self.earlier is None:
            return
        cluster = cluster_near_duplicates(blocks, scratch_folder=scratch)
        new = candidates < len(pin)
        own_side = self.earlier.side[candidates[~new] - len(pin)]
        free = pin[candidates[new]] == UNDECIDED
        for wanted in (VAL, TEST, TRAIN):  # the last one wins: what was trained on can't be tested on
            touched = np.isin(cluster[new], cluster[~new][own_side == wanted])
            pin[candidates[new][free & touched]] = wanted

    def _texts(self, candidates: Array) -> Callable[[], Iterable[list[str]]]:
        sets = [*self.rowsets, *([self.earlier.rowset] if self.earlier else [])]
        wanted = np.zeros(sum(rowset.rows for rowset in sets), dtype=bool)
        wanted[candidates] = True
        return lambda: _wanted_texts(sets, wanted)


def _ledger(verdict: Array) -> Ledger:
    counts = np.bincount(verdict, minlength=4)
    total = int(len(verdict) - counts[BELOW_QUALITY])
    merged = int(counts[EXACT] + counts[NEAR])
    notes = {"exact copies": int(counts[EXACT]), "near copies": int(counts[NEAR])}
    return Ledger(
        stage="dedup", rows_in=total, rows_out=int(counts[KEPT]), merged=merged, notes=notes
    ).checked()


def _wanted_texts(rowsets: list[RowSet], wanted: Array) -> Iterator[list[str]]:
    decode = msgspec.json.Decoder(DedupText).decode
    start = 0
    for rowset in rowsets:
        for lines in rowset.line_blocks():
            mask = wanted[start : start + len(lines)].tolist()
            rows = [decode(line) for line, want in zip(lines, mask, strict=True) if want]
            yield [f"{row.instruction} {row.output}" for row in rows]
            start += len(lines)
