"""The three sides and the shares asked for them. Knows no rows, and imports nothing that takes long."""

from dataclasses import dataclass

from afs_engine.errors import UsageError

TRAIN, VAL, TEST = 0, 1, 2
SIDE_NAMES = ("train", "val", "test")
UNDECIDED = -1


@dataclass(frozen=True)
class SplitRatios:
    """Shares of the three sides; they must add up to 1."""

    train: float
    val: float
    test: float

    def __post_init__(self) -> None:
        values = (self.train, self.val, self.test)
        if min(values) < 0 or not self.train > 0 or abs(sum(values) - 1) > 1e-6:
            raise UsageError(
                f"ratios {self.train:g} + {self.val:g} + {self.test:g} are no split",
                hint="each is at least 0, train is above 0, and together they are 1",
            )
