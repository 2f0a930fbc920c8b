"""Finding copies for the dedup step: which row of which set is a copy, and of what kind.

Rows are numbered through all sources, then through the earlier version; the first copy in this order
stays. The search itself is `stages.dedup`; keys and the store are `dedup`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from afs_engine.data.columns import hash_columns, join_columns, write_columns
from afs_engine.data.digest import hash_key
from afs_engine.data.ledger import Ledger
from afs_engine.data.rowset import RowSet
from afs_engine.data.store import Made
from afs_engine.runs.steps.dedup import BELOW_QUALITY, EXACT, KEPT, NEAR
from afs_engine.runs.steps.earlier import Earlier
from afs_engine.runs.steps.score import Scored
from afs_engine.stages.dedup.clusters import cluster_near_duplicates
from afs_engine.stages.dedup.exact import mark_copies
from afs_engine.stages.dedup.near import find_near_duplicates
from afs_engine.stages.splitting.ratios import TEST, TRAIN, UNDECIDED, VAL

Array = np.ndarray[tuple[int], np.dtype[Any]]


class DedupText(msgspec.Struct, gc=False):
    """What two rows are compared by."""

    instruction: str
    output: str


@dataclass(frozen=True)
class CopySearch:
    """Decides on every row of these row sets, then of the earlier version."""

    rowsets: list[RowSet]
    scored: Scored
    earlier: Earlier | None
    near: bool

    def make(self, folder: Path) -> Made:
        high, low = self._joined("id_hi"), self._joined("id_lo")
        new = len(self.scored.passes)
        verdict = np.full(len(high), KEPT, dtype=np.uint8)
        verdict[:new][~self.scored.passes] = BELOW_QUALITY
        verdict[mark_copies(high, low, verdict == KEPT)] = EXACT
        pin = self._pins_by_name(low[:new])
        if self.near:
            self._mark_near(np.flatnonzero(verdict == KEPT), verdict, pin, folder)
        write_columns(folder / "rows", {"verdict": verdict[:new], "pin": pin})
        write_columns(folder / "earlier", {"verdict": verdict[new:]})
        return Made(
            digest=hash_key([hash_columns(folder / name) for name in ("rows", "earlier")]),
            ledgers=[_ledger(verdict[:new])],
        )

    def _joined(self, name: str) -> Array:
        """An index column through all sources, then the earlier version."""
        sets = [*self.rowsets, *([self.earlier.rowset] if self.earlier else [])]
        return join_columns([rowset.column(name) for rowset in sets])

    def _pins_by_name(self, id_lows: Array) -> Array:
        """Sides that the earlier version gave to the same content or the same group."""
        if self.earlier is None:
            return np.full(len(id_lows), UNDECIDED, dtype=np.int8)
        groups = join_columns([rowset.column("group") for rowset in self.rowsets])
        return self.earlier.sides_of(id_lows, groups)

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
    counts = {kind: int(np.count_nonzero(verdict == kind)) for kind in (BELOW_QUALITY, EXACT, NEAR, KEPT)}
    total = len(verdict) - counts[BELOW_QUALITY]
    merged = counts[EXACT] + counts[NEAR]
    notes = {"exact copies": counts[EXACT], "near copies": counts[NEAR]}
    return Ledger(stage="dedup", rows_in=total, rows_out=counts[KEPT], merged=merged, notes=notes).checked()


def _wanted_texts(rowsets: list[RowSet], wanted: Array) -> Iterator[list[str]]:
    decode = msgspec.json.Decoder(DedupText).decode
    start = 0
    for rowset in rowsets:
        for lines in rowset.line_blocks():
            mask = wanted[start : start + len(lines)].tolist()
            rows = [decode(line) for line, want in zip(lines, mask, strict=True) if want]
            yield [f"{row.instruction} {row.output}" for row in rows]
            start += len(lines)
