"""The difference of two models' losses as a result: plain numbers and what they allow to say.

Owns the words `paired` and `row_pairs` answer in; imports nothing that takes long.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

CONFIDENCE = 0.95
FEWEST_ROWS = 6  # of fewer, all may lean one way by chance more often than once in 20 times

Unit = Literal["token", "byte"]


class Difference(BaseModel):
    """Mean loss `before` and `after` per unit of text, and `after - before`: below 0 is an improvement.

    `low` and `high` bound the difference with 95 % confidence; None with fewer rows than FEWEST_ROWS.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: int
    before: float
    after: float
    difference: float
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        """What the interval allows to say."""
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return "no clear difference"
        return "better" if self.high < 0 else "worse"
