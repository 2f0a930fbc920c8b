"""Measuring whole row sets for the score step: each row by the profile of its domain.

Owns the stored columns and histograms. The components are `stages.scoring`; keys and the store are
`score`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np

from afs_engine.data.atomic import write_atomic
from afs_engine.data.columns import ColumnsWriter, hash_columns
from afs_engine.data.rowset import RowSet
from afs_engine.data.store import Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.steps.score import HISTOGRAMS, SCORE_COLUMNS, SCORES, ScoringTools, profile_of
from afs_engine.stages.scoring.answer_counts import AnswerCounts, read_answer_counts
from afs_engine.stages.scoring.cache import ScoreCache
from afs_engine.stages.scoring.config import COMPONENT_NAMES
from afs_engine.stages.scoring.histogram import ScoreHistograms, count_scores
from afs_engine.stages.scoring.profiles import find_profile
from afs_engine.stages.scoring.score_block import ScoreBlock
from afs_engine.stages.scoring.scorer import QualityScorer

_COUNTED_ROWS = 1 << 15
Array = np.ndarray[tuple[int], np.dtype[Any]]
Rows = Array | slice
_Score = Callable[[QualityScorer, Rows], ScoreBlock]


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

    def make(self, rowset: RowSet, addresses: Path | None, folder: Path) -> Made:
        """Measures all rows of a row set; from what was counted in it where no component needs more."""
        histograms = ScoreHistograms()
        columns = ColumnsWriter(folder / SCORES, dict.fromkeys(SCORE_COLUMNS, "float32"))
        for domains, score in self._blocks(rowset, addresses):
            block = self._score_block(domains, score)
            columns.append({"overall": block.overall, **block.columns})
            histograms = histograms.plus(count_scores(block, domains))
            self._context.progress("score", columns.rows, rowset.rows)
        columns.close()
        write_atomic(folder / HISTOGRAMS, histograms.model_dump_json(indent=1).encode())
        return Made(digest=hash_columns(folder / SCORES))

    def _blocks(self, rowset: RowSet, addresses: Path | None) -> Iterator[tuple[list[str], _Score]]:
        """The rows in blocks: the domain of each, and how some of them are scored."""
        section = self._context.recipe.score
        scorers = [self._scorer(profile_of(section, domain)) for domain in rowset.info.domains]
        if addresses is not None and not any(scorer.reads_texts for scorer in scorers):
            return _counted_blocks(rowset, addresses)
        return _text_blocks(rowset)

    def _score_block(self, domains: list[str], score: _Score) -> ScoreBlock:
        """Scores of a block; each row by the profile of its domain."""
        profiles = {domain: profile_of(self._context.recipe.score, domain) for domain in set(domains)}
        if len(set(profiles.values())) == 1:
            return score(self._scorer(next(iter(profiles.values()))), slice(None))
        columns = {name: np.full(len(domains), np.nan, np.float32) for name in ("overall", *COMPONENT_NAMES)}
        checked_by = ""
        for profile in sorted(set(profiles.values())):
            rows = np.flatnonzero([profiles[domain] == profile for domain in domains])
            block = score(self._scorer(profile), rows)
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


def _text_blocks(rowset: RowSet) -> Iterator[tuple[list[str], _Score]]:
    """Blocks whose outputs are read."""
    decode = msgspec.json.Decoder(_Output).decode_lines
    names = rowset.info.domains
    codes = rowset.column("domain")
    start = 0
    for data in rowset.data_blocks():
        outputs = [row.output for row in decode(data)]

        def score(scorer: QualityScorer, rows: Rows, outputs: list[str] = outputs) -> ScoreBlock:
            chosen = outputs[rows] if isinstance(rows, slice) else [outputs[row] for row in rows.tolist()]
            return scorer.score_block(chosen)

        yield [names[code] for code in codes[start : start + len(outputs)].tolist()], score
        start += len(outputs)


def _counted_blocks(rowset: RowSet, addresses: Path) -> Iterator[tuple[list[str], _Score]]:
    """Blocks of which only what was counted is looked at."""
    names = rowset.info.domains
    codes = rowset.column("domain")
    counts = read_answer_counts(addresses, rowset.column("output_chars"))
    for start in range(0, rowset.rows, _COUNTED_ROWS):
        part = counts.take(slice(start, start + _COUNTED_ROWS))

        def score(scorer: QualityScorer, rows: Rows, part: AnswerCounts = part) -> ScoreBlock:
            return scorer.score_counts(part.take(rows))

        yield [names[code] for code in codes[start : start + _COUNTED_ROWS].tolist()], score
