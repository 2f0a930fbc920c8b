"""The order in which a table shows rows that are sorted by score: from the lowest, or outwards from a line.

Nothing is moved: a place in the table is computed from the place in the sorted order. Pure.
"""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["ascending", "descending", "under the line first"]


@dataclass(frozen=True, slots=True)
class RowOrder:
    """`rows` rows of which the first `below` of the sorted order lie under the line.

    The last `unscored` of the sorted order have no score; they stay last in every order.
    """

    rows: int
    below: int = 0
    unscored: int = 0
    direction: Direction = "ascending"

    def sorted_place(self, place: int) -> int:
        """The place in the ascending order of what the table shows at `place`."""
        scored = self.rows - self.unscored
        if place >= scored or self.direction == "ascending":
            return place
        if self.direction == "descending":
            return scored - 1 - place
        return self.below - 1 - place if place < self.below else place
