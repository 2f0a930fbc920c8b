"""Stand-alone splitting: one file to train.jsonl, val.jsonl and test.jsonl.

In the guide's order the split comes after mixing, so copies of a row may already be there; rows that
are copies, near copies or of one group go to one side together.
"""

from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from pydantic import BaseModel, ConfigDict

from afs_engine.data.ledger import Ledger
from afs_engine.runs.files.load import LoadedFiles, loaded_files
from afs_engine.runs.files.write import write_rows
from afs_engine.runs.steps.find_copies import DedupText
from afs_engine.stages.dedup.clusters import cluster_near_duplicates
from afs_engine.stages.mixing.candidates import collect_candidates
from afs_engine.stages.mixing.draw import shuffle_rows
from afs_engine.stages.splitting.certificate import LeakCertificate, certify
from afs_engine.stages.splitting.joining import join_groups
from afs_engine.stages.splitting.ratios import SIDE_NAMES, SplitRatios
from afs_engine.stages.splitting.sides import assign_sides

Array = np.ndarray[tuple[int], np.dtype[Any]]


class PrepareReport(BaseModel):
    """Rows a side, by domain, and the leak certificate of the files."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    rows: dict[str, int]
    by_domain: dict[str, dict[str, int]]
    leaks: LeakCertificate
    ledger: Ledger
    quarantine: str | None


def prepare_file(
    source: Path, output: Path, ratios: SplitRatios, *, seed: int, stratify_by: Literal["domain"] | None
) -> PrepareReport:
    """Writes the three files into the folder `output`. Raises UsageError, InputError, StorageError."""
    files = [f"{name}.jsonl" for name in SIDE_NAMES]
    with loaded_files([source], output, parts=files) as loaded:
        rows = collect_candidates(loaded.rowsets, loaded.stems)
        group = _joined_groups(loaded)
        stratum = rows.domain if stratify_by else np.zeros(len(rows), dtype=np.uint32)
        side = assign_sides(group, stratum, ratios, seed)
        chosen = {
            output / f"{name}.jsonl": shuffle_rows(rows, np.flatnonzero(side == code), seed)
            for code, name in enumerate(SIDE_NAMES)
        }
        write_rows(loaded.rowsets, chosen)
        counts = np.zeros((len(rows.domains), 3), dtype=np.int64)
        np.add.at(counts, (rows.domain, side), 1)
        ledger = Ledger(stage="prepare", rows_in=len(rows), rows_out=len(rows))
        return PrepareReport(
            output=str(output),
            rows={path.stem: len(numbers) for path, numbers in chosen.items()},
            by_domain={
                name: dict(zip(SIDE_NAMES, counts[code].tolist(), strict=True))
                for code, name in sorted(enumerate(rows.domains), key=lambda each: each[1])
            },
            leaks=certify(output),
            ledger=loaded.account(ledger),
            quarantine=str(loaded.quarantine) if loaded.quarantine else None,
        )


def _joined_groups(loaded: LoadedFiles) -> Array:
    """Groups, joined where rows of two groups are copies or near copies of each other."""
    (rowset,) = loaded.rowsets
    decode = msgspec.json.Decoder(DedupText).decode

    def texts() -> Any:
        for lines in rowset.line_blocks():
            yield [f"{row.instruction} {row.output}" for row in map(decode, lines)]

    return join_groups(rowset.column("group"), rowset.column("id_lo"), cluster_near_duplicates(texts))
