"""What the balance screen shows: how many rows each share can draw from, and what is rehearsed. Data only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RehearsalFacts:
    """`available` old rows in the buffer, of `rows` that the earlier version has; None: not selected yet."""

    version: str
    ratio: float
    available: int | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class BalanceView:
    """Rows of the train side by the name of a share.

    `missing` names the stage that must run before anything can be said, "" else. `is_exact` is False
    while deduplication and split have not run for the recipe as it is: then `available` counts what
    passes the score, times the train share, and is an estimate.
    """

    missing: str
    is_exact: bool
    names: tuple[str, ...]
    """The recipe's weights in its order, or every domain where it has none."""
    weights: tuple[float, ...]
    """As the recipe has them; the domains' own sizes where it has none."""
    is_weighted: bool
    available: tuple[int, ...]
    uncovered: int
    """Rows that no weight covers."""
    oversample: bool
    total: int | None
    max_per_domain: int | None
    rehearsal: RehearsalFacts | None
