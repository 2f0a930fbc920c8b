"""How scores are spread: fixed bins over [0, 1], and how many rows were not measured.

Pure counting; histograms of blocks add up to that of the whole. Knows nothing of how they are drawn.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from afs_engine.stages.scoring.combine import SCORE_DECIMALS
from afs_engine.stages.scoring.score_block import ScoreBlock

BIN_COUNT = 20
_STEPS = 10**SCORE_DECIMALS


class Histogram(BaseModel):
    """`counts[i]`: scores in [i/20, (i+1)/20), the last bin with 1.0; the rest is `not_measured`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    counts: tuple[int, ...] = Field(default=(0,) * BIN_COUNT, min_length=BIN_COUNT, max_length=BIN_COUNT)
    not_measured: int = Field(default=0, ge=0)

    @property
    def total(self) -> int:
        """Rows counted, measured or not."""
        return sum(self.counts) + self.not_measured

    def plus(self, other: Self) -> "Histogram":
        """The histogram of both sets of rows."""
        counts = tuple(a + b for a, b in zip(self.counts, other.counts, strict=True))
        return Histogram(counts=counts, not_measured=self.not_measured + other.not_measured)


class ScoreSpread(BaseModel):
    """The histograms of one set of rows."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    overall: Histogram = Histogram()
    electra: Histogram = Histogram()
    asar: Histogram = Histogram()
    entity: Histogram = Histogram()
    length: Histogram = Histogram()

    def plus(self, other: Self) -> "ScoreSpread":
        """The spread of both sets of rows."""
        names = ScoreSpread.model_fields
        return ScoreSpread(**{name: getattr(self, name).plus(getattr(other, name)) for name in names})


class ScoreHistograms(BaseModel):
    """The spread over all rows and per domain, domains in alphabetical order."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    everything: ScoreSpread = ScoreSpread()
    by_domain: dict[str, ScoreSpread] = Field(default_factory=dict)

    def plus(self, other: Self) -> "ScoreHistograms":
        """The histograms of both sets of rows: of blocks read one after another."""
        domains = sorted(self.by_domain.keys() | other.by_domain.keys())
        none = ScoreSpread()
        by_domain = {
            name: self.by_domain.get(name, none).plus(other.by_domain.get(name, none)) for name in domains
        }
        return ScoreHistograms(everything=self.everything.plus(other.everything), by_domain=by_domain)


def count_scores(block: ScoreBlock, domains: Sequence[str]) -> ScoreHistograms:
    """The histograms of a block whose rows are of `domains`, one for each row."""
    names = sorted(set(domains))
    numbers = {name: number for number, name in enumerate(names)}
    row_domains = np.array([numbers[name] for name in domains], np.int64)
    columns = {"overall": block.overall, **block.columns}
    tables = {name: _count_by_domain(scores, row_domains, len(names)) for name, scores in columns.items()}
    by_domain = {
        name: _spread({key: table[n] for key, table in tables.items()}) for name, n in numbers.items()
    }
    everything = _spread({key: table.sum(axis=0) for key, table in tables.items()})
    return ScoreHistograms(everything=everything, by_domain=by_domain)


def _count_by_domain(
    scores: NDArray[np.float32], row_domains: NDArray[np.int64], domain_count: int
) -> NDArray[np.int64]:
    """Counts of shape (domains, bins + 1); the last column counts what was not measured."""
    steps = np.rint(np.nan_to_num(scores.astype(np.float64)) * _STEPS).astype(np.int64)
    bins = np.where(np.isnan(scores), BIN_COUNT, np.minimum(steps * BIN_COUNT // _STEPS, BIN_COUNT - 1))
    width = BIN_COUNT + 1
    flat = np.bincount(row_domains * width + bins, minlength=domain_count * width)
    return flat.reshape(domain_count, width)


def _spread(rows: dict[str, NDArray[np.int64]]) -> ScoreSpread:
    histograms = {
        name: Histogram(counts=tuple(row[:-1].tolist()), not_measured=int(row[-1]))
        for name, row in rows.items()
    }
    return ScoreSpread(**histograms)
