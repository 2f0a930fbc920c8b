"""How many samples a quality threshold keeps and drops, by group: bisection in sorted scores.

The comparison is the engine's: a row passes when its score is at least the threshold, both as 32-bit
floats; a row without a score passes only when there is no threshold. Pure; a million scores cost
one bisection a group.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

_FLOAT32 = Struct("f")


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """The scores of one domain or source."""

    name: str
    scores: Sequence[float]
    """Ascending, each exactly a 32-bit float: an `array('f')` or a memoryview of a file."""
    unscored: int = 0

    @property
    def rows(self) -> int:
        return len(self.scores) + self.unscored


@dataclass(frozen=True, slots=True)
class Kept:
    """What a threshold does to one group; the three counts are its rows."""

    name: str
    kept: int
    below: int
    unscored: int
    """Rows without a score that the threshold drops."""

    @property
    def rows(self) -> int:
        return self.kept + self.below + self.unscored


def as_float32(value: float) -> float:
    """The 32-bit float nearest to `value`."""
    return float(_FLOAT32.unpack(_FLOAT32.pack(value))[0])


def count_kept(groups: Sequence[ScoreGroup], threshold: float | None) -> list[Kept]:
    """What `threshold` keeps of each group; None keeps all."""
    if threshold is None:
        return [Kept(group.name, group.rows, 0, 0) for group in groups]
    line = as_float32(threshold)
    counted = []
    for group in groups:
        below = bisect_left(group.scores, line)
        counted.append(Kept(group.name, len(group.scores) - below, below, group.unscored))
    return counted


def total_kept(counts: Sequence[Kept], name: str = "all") -> Kept:
    """The sum over groups."""
    return Kept(
        name,
        sum(each.kept for each in counts),
        sum(each.below for each in counts),
        sum(each.unscored for each in counts),
    )


def count_bins(groups: Sequence[ScoreGroup], bins: int) -> list[int]:
    """Scores from 0 to 1 in `bins` equal bins, over all groups; a score of 1 is in the last."""
    edges = [as_float32(edge / bins) for edge in range(1, bins)]
    counts = [0] * bins
    for group in groups:
        cuts = [0, *(bisect_left(group.scores, edge) for edge in edges), len(group.scores)]
        for position in range(bins):
            counts[position] += cuts[position + 1] - cuts[position]
    return counts
