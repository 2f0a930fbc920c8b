"""The earlier version: the rows that a previous model was trained on, and the sides it gave them.

Owns reading them from an earlier run of this workspace or from a file. They serve twice: as the
stock of the rehearsal buffer, and as pins, so that a row keeps its side for life.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afs_engine.data.digest import hash_key
from afs_engine.data.ledger import Ledger
from afs_engine.data.rowset import RowSet, RowSetWriter
from afs_engine.data.store import Entry, Made
from afs_engine.errors import InputError, nearest_hint
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import RehearsalSection
from afs_engine.runs.steps.export import Exported
from afs_engine.stages.redaction.placeholders import Placeholders
from afs_engine.stages.splitting.ratios import SIDE_NAMES, TRAIN, UNDECIDED

if TYPE_CHECKING:
    import numpy as np

    from afs_engine.data.ingest import RowCleaner

    Array = np.ndarray[tuple[int], np.dtype[Any]]

VERSION = 3


@dataclass(frozen=True)
class Earlier:
    """The earlier version's rows; `side` holds TRAIN, VAL or TEST for each."""

    entry: Entry
    rowset: RowSet

    @cached_property
    def side(self) -> Array:
        import numpy as np

        counts = self.entry.result.facts["rows_by_side"]
        codes = np.array([SIDE_NAMES.index(name) for name, _ in counts], dtype=np.int8)
        return np.repeat(codes, [rows for _, rows in counts])

    @property
    def digest(self) -> str:
        return hash_key([self.entry.result.digest, self.entry.result.facts["rows_by_side"]])

    def sides_of(self, id_lows: Array, groups: Array) -> Array:
        """The side of each row whose content or whose group the earlier version knows, else UNDECIDED.

        id_lows, groups: (n,) uint64. Where the earlier version put one group on several
        sides (a file split by another tool), train wins.
        """
        import numpy as np

        pins = np.full(len(id_lows), UNDECIDED, dtype=np.int8)
        own_ids = self.rowset.column("id_lo")
        own_groups = self.rowset.column("group")
        for wanted in (1, 2, 0):  # VAL, TEST, TRAIN: the last one wins
            mine = self.side == wanted
            pins[np.isin(groups, own_groups[mine]) | np.isin(id_lows, own_ids[mine])] = wanted
        return pins


def read_earlier(context: StepContext, last: Exported) -> Earlier | None:
    """The earlier version that the recipe names, or None where it names none.

    Its secrets get the placeholders that they have in the sources up to `last`.
    """
    section = context.recipe.rehearsal
    if section is None:
        return None
    files = earlier_files(context, section)
    digests = [[side, context.input_digests.of_file(path)] for side, path in files]
    rules, state = context.recipe.redact, last.placeholders
    inputs = ["earlier", VERSION, digests, section.label, rules.model_dump(mode="json"), state.model_dump()]

    def make(folder: Path) -> Made:
        from afs_engine.stages.redaction.redactor import Redactor  # its rules take a while to compile
        from afs_engine.stages.redaction.rows import RowRedactor

        placeholders = Placeholders(context.workspace.salt(), state)
        cleaner = RowRedactor(Redactor(rules, placeholders)) if rules.enabled else None
        return _make(files, section.label, cleaner, folder)

    entry = context.store.get_or_make("export", inputs, make)
    return Earlier(entry, RowSet(entry.folder / "rows"))


def earlier_files(context: StepContext, section: RehearsalSection) -> list[tuple[str, Path]]:
    """Side and file of each part of the earlier version. Raises InputError where it is not there."""
    if section.input is not None:
        path = context.workspace.path(section.input)
        if not path.is_file():
            raise InputError(
                "the earlier version's file is not there", where=path, hint="check rehearsal.input"
            )
        return [(SIDE_NAMES[TRAIN], path)]
    folder = context.workspace.runs / str(section.run) / "data"
    if not (folder / "train.jsonl").is_file():
        known = [p.parent.parent.name for p in context.workspace.runs.glob("*/data/train.jsonl")]
        raise InputError(
            f"there is no earlier run '{section.run}' with data",
            where=folder,
            hint=nearest_hint(str(section.run), known),
        )
    return [(name, folder / f"{name}.jsonl") for name in SIDE_NAMES]


def _make(files: list[tuple[str, Path]], version: str, cleaner: RowCleaner | None, folder: Path) -> Made:
    from afs_engine.data.ingest import Ingest, RowDefaults  # numpy takes a while to load
    from afs_engine.data.quarantine import late_quarantine

    writer = RowSetWriter(folder / "rows")
    ingest = Ingest(writer, RowDefaults(version=version), cleaner)
    rows_by_side: list[tuple[str, int]] = []
    bad = 0
    with late_quarantine(folder / "quarantine.jsonl") as quarantine:
        for side, path in files:
            tally = ingest.add_file(path, quarantine, lambda _kept: None)
            bad += tally.refused
            rows_by_side.append((side, tally.kept))
    info = writer.close()
    ledger = Ledger(stage="export rehearsal", rows_in=info.rows + bad, rows_out=info.rows, quarantined=bad)
    return Made(digest=info.digest, ledgers=[ledger.checked()], facts={"rows_by_side": rows_by_side})
