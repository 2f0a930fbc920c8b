"""What the scores screen draws for one component and grouping: groups, the chosen one, bins and counts.

Pure over sorted columns; a move of the threshold costs one bisection a group.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from afs_tui.models.thresholds import Kept, ScoreGroup, count_bins, count_kept


@dataclass(slots=True)
class ThresholdView:
    """`chosen` None stands for all groups; bins are kept until what they show is another."""

    groups: tuple[ScoreGroup, ...] = ()
    chosen: str | None = None
    _bins: dict[tuple[str | None, int], tuple[int, ...]] = field(default_factory=dict)

    def take(self, groups: Sequence[ScoreGroup]) -> None:
        """Other groups; the chosen one stays while there is one of its name."""
        self.groups = tuple(groups)
        self._bins.clear()
        if self.chosen not in {group.name for group in self.groups}:
            self.chosen = None

    def counts(self, threshold: float | None) -> list[Kept]:
        """What the threshold keeps of each group."""
        return count_kept(self.groups, threshold)

    def bins(self, columns: int) -> tuple[int, ...]:
        """The chosen groups' scores in as many bins as there are columns."""
        key = (self.chosen, columns)
        if key not in self._bins:
            shown = [group for group in self.groups if self.chosen in (None, group.name)]
            self._bins[key] = tuple(count_bins(shown, max(1, columns)))
        return self._bins[key]
