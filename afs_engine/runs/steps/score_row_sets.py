"""Measuring whole row sets for the score step: each row by the profile of its domain.

Owns the stored columns and histograms. The components are `stages.scoring`; keys and the store are
`score`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np

from afs_engine.data.atomic import write_atomic
from afs_engine.data.columns import write_columns
from afs_engine.data.digest import hash_files
from afs_engine.data.rowset import RowSet
from afs_engine.data.store import Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.score import HISTOGRAMS, SCORE_COLUMNS, SCORES, ScoringTools, profile_of
from afs_engine.stages.scoring.cache import ScoreCache
from afs_engine.stages.scoring.config import COMPONENT_NAMES
from afs_engine.stages.scoring.histogram import ScoreHistograms, count_scores
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.scoring.score_block import ScoreBlock
from afs_engine.stages.scoring.scorer import QualityScorer

Array = np.ndarray[tuple[int], np.dtype[Any]]


class _Output(msgspec.Struct, gc=False):
    output: str


class RowSetScorer:
    """One scorer a profile in use, opened at the first row that needs one."""

    def __init__(self, context: StepContext, tools: ScoringTools) -> None:
        self._context = context
        self._tools = tools
        self._opened = ExitStack()
        self._scorers: dict[str, QualityScorer] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        if self._scorers and self._cache.trouble:
            self._context.warn(self._cache.trouble)

    def make(self, rowset: RowSet, folder: Path) -> Made:
        """Measures all rows of a row set."""
        histograms = ScoreHistograms()
        columns = {name: np.empty(rowset.rows, dtype=np.float32) for name in SCORE_COLUMNS}
        done = 0
        for outputs, domains in _outputs(rowset):
            block = self._score_block(outputs, domains)
            for name, values in columns.items():
                values[done : done + len(outputs)] = _column(block, name)
            histograms = histograms.plus(count_scores(block, domains))
            done += len(outputs)
            self._context.progress("score", done, rowset.rows)
        write_columns(folder / SCORES, columns)
        write_atomic(folder / HISTOGRAMS, histograms.model_dump_json(indent=1).encode())
        return Made(digest=hash_files([folder / SCORES]))

    def _score_block(self, outputs: list[str], domains: list[str]) -> ScoreBlock:
        """Scores of a block; each row by the profile of its domain."""
        profiles = {domain: profile_of(self._context.recipe.score, domain) for domain in set(domains)}
        if len(set(profiles.values())) == 1:
            return self._scorer(next(iter(profiles.values()))).score_block(outputs)
        columns = {name: np.full(len(outputs), np.nan, np.float32) for name in ("overall", *COMPONENT_NAMES)}
        checked_by = ""
        for profile in sorted(set(profiles.values())):
            rows = [row for row, domain in enumerate(domains) if profiles[domain] == profile]
            block = self._scorer(profile).score_block([outputs[row] for row in rows])
            checked_by = checked_by or block.checked_by
            for name, values in {"overall": block.overall, **block.columns}.items():
                columns[name][rows] = values
        return ScoreBlock(checked_by=checked_by, **columns)

    def _scorer(self, profile: str) -> QualityScorer:
        if not self._scorers:
            self._cache = self._opened.enter_context(ScoreCache(self._context.workspace.score_cache))
        if profile not in self._scorers:
            self._scorers[profile] = QualityScorer(
                find_profile(profile, self._context.recipe.score.profiles),
                electra_model=self._tools.discriminator,
                assembly=self._tools.assembly,
                entities=self._tools.entities,
                cache=self._cache,
            )
        return self._scorers[profile]


def _column(block: ScoreBlock, name: str) -> Array:
    return block.overall if name == "overall" else block.columns[name]


def _outputs(rowset: RowSet) -> Iterator[tuple[list[str], list[str]]]:
    """Outputs and domains of the rows, in blocks."""
    decode = msgspec.json.Decoder(_Output).decode_lines
    names = rowset.info.domains
    codes = rowset.column("domain")
    start = 0
    for data in rowset.data_blocks():
        outputs = [row.output for row in decode(data)]
        yield outputs, [names[code] for code in codes[start : start + len(outputs)].tolist()]
        start += len(outputs)
