"""Stand-alone rehearsal: building a buffer from a training file, and mixing it with new data."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from afs_engine.data.ingest import RowDefaults
from afs_engine.data.ledger import Ledger
from afs_engine.runs.files.load import loaded_files
from afs_engine.runs.files.write import write_rows
from afs_engine.stages.mixing.candidates import collect_candidates
from afs_engine.stages.mixing.draw import draw_order, shuffle_rows
from afs_engine.stages.mixing.rehearsal import RehearsalRules, buffer_ledger, select_buffer
from afs_engine.stages.mixing.shares import rehearsal_count


class BufferReport(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    version: str
    rows: int
    by_domain: dict[str, int]
    ledger: Ledger
    quarantine: str | None


class MixReport(BaseModel):
    """`ratio` is the share of old rows in the result, `asked_ratio` what was asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    rows: int
    rehearsed: int
    new: int
    ratio: float
    asked_ratio: float
    ledger: Ledger
    quarantine: str | None


def build_buffer_file(source: Path, output: Path, version: str, rules: RehearsalRules) -> BufferReport:
    """Writes the best rows of an earlier version's training file, marked with that version, best first."""
    with loaded_files([source], output, RowDefaults(version=version)) as loaded:
        rows = collect_candidates(loaded.rowsets, loaded.stems)
        selection = select_buffer(rows, rules)
        ledger = loaded.account(buffer_ledger(len(rows), selection, stage="rehearsal-build"))
        write_rows(loaded.rowsets, {output: selection.rows})
        return BufferReport(
            output=str(output),
            version=version,
            rows=len(selection.rows),
            by_domain={name: n for name, n in rows.take(selection.rows).rows_by_domain.items() if n},
            ledger=ledger,
            quarantine=str(loaded.quarantine) if loaded.quarantine else None,
        )


def mix_files(
    buffer: Path, new_data: Sequence[Path], output: Path, *, ratio: float, shuffle: bool, seed: int
) -> MixReport:
    """Writes all new rows and as many buffer rows as make `ratio` of the result, where there are enough."""
    with loaded_files([*new_data, buffer], output) as loaded:
        rows = collect_candidates(loaded.rowsets, loaded.stems)
        new = loaded.rows - loaded.rowsets[-1].rows
        old = draw_order(rows, np.arange(new, loaded.rows), seed)
        drawn = old[: rehearsal_count(new, ratio, len(old))]
        chosen = np.concatenate([np.sort(drawn), np.arange(new)])
        left = len(old) - len(drawn)
        ledger = Ledger(
            stage="rehearsal-mix",
            rows_in=loaded.rows,
            rows_out=len(chosen),
            dropped={"not drawn, the rehearsal ratio is reached": left} if left else {},
        )
        accounted = loaded.account(ledger)
        write_rows(loaded.rowsets, {output: shuffle_rows(rows, chosen, seed) if shuffle else chosen})
        return MixReport(
            output=str(output),
            rows=len(chosen),
            rehearsed=len(drawn),
            new=new,
            ratio=round(len(drawn) / len(chosen), 4),
            asked_ratio=ratio,
            ledger=accounted,
            quarantine=str(loaded.quarantine) if loaded.quarantine else None,
        )
