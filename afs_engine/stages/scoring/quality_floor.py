"""Leaving out samples that score below a floor, while they stream by.

Owns the floor and the count of what it held back. The scores themselves, files and recipes are not
known here.
"""

from collections.abc import Iterator
from itertools import islice

from afs_engine.data.sample import TrainingSample
from afs_engine.stages.scoring.config import ScoringConfig
from afs_engine.stages.scoring.scorer import QualityScorer

_SCORED_AT_ONCE = 512


class QualityFloor:
    """Lets samples through whose score by `profile` is at least `minimum`; `dropped` counts the others.

    A sample that no component of the profile can judge has no score, and is left out.
    """

    def __init__(self, profile: ScoringConfig, minimum: float) -> None:
        self._profile = profile
        self._minimum = minimum
        self.dropped: dict[str, int] = {}

    def let_through(self, samples: Iterator[TrainingSample]) -> Iterator[TrainingSample]:
        """The samples that are good enough, in their order."""
        with QualityScorer(self._profile) as scorer:
            while batch := list(islice(samples, _SCORED_AT_ONCE)):
                scores = scorer.score_block([sample.output for sample in batch]).overall
                for sample, score in zip(batch, scores.tolist(), strict=True):
                    if score >= self._minimum:
                        yield sample
                    else:
                        self._drop(score)

    def _drop(self, score: float) -> None:
        reason = f"quality below {self._minimum:g}" if score == score else "no quality score"
        self.dropped[reason] = self.dropped.get(reason, 0) + 1
