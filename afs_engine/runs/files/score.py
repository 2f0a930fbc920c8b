"""Stand-alone scoring and filtering of a file."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from pydantic import BaseModel, ConfigDict

from afs_engine.data.finished_line import finish_line
from afs_engine.data.ledger import Ledger
from afs_engine.data.row_reader import RowReader
from afs_engine.errors import InputError
from afs_engine.runs.files.load import loaded_files
from afs_engine.runs.files.write import write_rows
from afs_engine.stages.discriminator.discriminator import Discriminator
from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.scoring.cache import ScoreCache
from afs_engine.stages.scoring.histogram import ScoreHistograms, count_scores
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.scoring.score_json import score_members
from afs_engine.stages.scoring.scorer import QualityScorer

Array = np.ndarray[tuple[int], np.dtype[Any]]


class _Scorable(msgspec.Struct, gc=False):
    output: str
    domain: str = "general"


class ScoreReport(BaseModel):
    """What a scoring wrote; `checked_by` names the assembly check, "" where none was asked.

    `remarks` say where the discriminator takes no part, or that nothing is known of it, and what was wrong
    with the score cache.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    rows: int
    profile: str
    checked_by: str
    remarks: list[str]
    histograms: ScoreHistograms
    ledger: Ledger
    quarantine: str | None


class FilterReport(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    rows: int
    min_score: float
    ledger: Ledger
    quarantine: str | None


def score_file(
    source: Path, output: Path, *, profile: str, electra: Discriminator | None, cache_path: Path
) -> ScoreReport:
    """Writes every row with its `quality_score` and components. Other fields stay as they were."""
    config = find_profile(profile)
    with (
        loaded_files([source], output) as loaded,
        ScoreCache(cache_path) as cache,
        AssemblyChecker() as assembly,
        QualityScorer(config, electra_model=electra, assembly=assembly, cache=cache) as scorer,
        RowReader(loaded.rowsets) as reader,
    ):
        tally = _Tally(scorer, reader, asked=("electra",) if electra and config.weights.electra else ())
        write_rows(loaded.rowsets, {output: np.arange(loaded.rows)}, tally.score)
        return ScoreReport(
            output=str(output),
            rows=loaded.rows,
            profile=profile,
            checked_by=tally.checked_by,
            remarks=[*(electra.remarks if electra else []), *([cache.trouble] if cache.trouble else [])],
            histograms=tally.histograms,
            ledger=loaded.account(Ledger(stage="score", rows_in=loaded.rows, rows_out=loaded.rows)),
            quarantine=str(loaded.quarantine) if loaded.quarantine else None,
        )


class _Tally:
    """Scores block after block and adds up the histograms."""

    def __init__(self, scorer: QualityScorer, reader: RowReader, asked: tuple[str, ...]) -> None:
        self._scorer = scorer
        self._reader = reader
        self._asked = asked
        self._decode = msgspec.json.Decoder(_Scorable).decode
        self.histograms = ScoreHistograms()
        self.checked_by = ""

    def score(self, numbers: Array, lines: list[bytes]) -> list[bytes]:
        rows = [self._decode(line) for line in lines]
        block = self._scorer.score_block([row.output for row in rows])
        self.histograms = self.histograms.plus(count_scores(block, [row.domain for row in rows]))
        self.checked_by = self.checked_by or block.checked_by
        present, ids = self._reader.identities(numbers)
        columns = {"overall": block.overall, **block.columns}
        members = score_members(columns, np.zeros(len(rows), dtype=bool), self._asked)
        return list(map(finish_line, lines, present, ids, members))


def filter_file(source: Path, output: Path, min_score: float) -> FilterReport:
    """Writes the rows with `quality_score` >= `min_score`, unchanged; rows without a score are dropped."""
    with loaded_files([source], output) as loaded:
        (rowset,) = loaded.rowsets
        score = rowset.column("score")
        unscored = np.isnan(score)
        if unscored.all():
            raise InputError(
                "no row has a quality_score", where=source, hint="run `afs discriminator score` first"
            )
        keep = score >= np.float32(min_score)
        dropped = {
            "no quality score": int(unscored.sum()),
            f"quality below {min_score:g}": int((~keep & ~unscored).sum()),
        }
        ledger = Ledger(
            stage="filter",
            rows_in=loaded.rows,
            rows_out=int(keep.sum()),
            dropped={reason: count for reason, count in dropped.items() if count},
        )
        accounted = loaded.account(ledger)
        write_rows(loaded.rowsets, {output: np.flatnonzero(keep)})
        return FilterReport(
            output=str(output),
            rows=int(keep.sum()),
            min_score=min_score,
            ledger=accounted,
            quarantine=str(loaded.quarantine) if loaded.quarantine else None,
        )
