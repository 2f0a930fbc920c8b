"""The arithmetic of shares: how many rows each bucket gives, so that the result has the weights asked for.

Pure: no rows, no files, no randomness. Property-tested.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from afs_engine.errors import UsageError


class Share(BaseModel):
    """One bucket of a balanced set.

    `available` distinct rows, `drawn` rows in the result (more than available only when
    oversampled); `binds` when all of its rows are used, so that its supply limits the whole.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    weight: float
    available: int
    drawn: int
    binds: bool = False

    @property
    def repeated(self) -> int:
        return max(0, self.drawn - self.available)


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Splits `total` by `weights`, each within one row of its exact share (largest remainder).

    The counts sum to `total`. Ties go to the earlier name in the mapping.
    Source of the method: Hamilton's apportionment.
    """
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()}
    counts = {name: int(value) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: counts[name] - exact[name])
    for name in order[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def largest_total(available: Mapping[str, int], weights: Mapping[str, float]) -> int:
    """The most rows that `weights` allow without repeating any.

    Searched from above: a larger total may give a bucket fewer rows (the method's Alabama paradox), so
    the first total that does not fit need not be the last that does.
    """
    whole = sum(weights.values())
    used = [name for name, weight in weights.items() if weight > 0]
    # no bucket gets less than its exact share rounded down
    bounds = [(available[name] + 1) * (whole / weights[name]) for name in used]
    total = int(min(sum(available[name] for name in used), *bounds))
    while total and any(count > available[name] for name, count in apportion(total, weights).items()):
        total -= 1
    return total


def plan_shares(
    available: Mapping[str, int],
    weights: Mapping[str, float],
    *,
    oversample: bool = False,
    total: int | None = None,
) -> list[Share]:
    """How many rows each bucket gives.

    Without `oversample` no row is drawn twice: the scarcest bucket binds the total. With it, every
    bucket is filled up to the share that uses all rows of the most plentiful one. `total` asks for
    a size (reached only as far as supply allows, unless oversampling; an empty bucket can't be
    oversampled, so it binds the total to 0 either way).
    """
    most = largest_total(available, weights)
    starved = any(weight > 0 and not available[name] for name, weight in weights.items())
    if oversample and not starved:
        most = max(_total_using_all(available, weights), most)
    size = most if total is None else (total if oversample and not starved else min(total, most))
    counts = apportion(size, weights) if size else dict.fromkeys(weights, 0)
    return [
        Share(
            name=name,
            weight=weight,
            available=available[name],
            drawn=counts[name],
            binds=bool(weight) and counts[name] == available[name],
        )
        for name, weight in weights.items()
    ]


def rehearsal_count(new_rows: int, ratio: float, available: int) -> int:
    """How many old rows make `ratio` of the mix with `new_rows` new ones, as far as there are any.

    Raises UsageError for a ratio that no mix can have.
    """
    if not 0 <= ratio < 1:
        raise UsageError(
            f"a rehearsal ratio of {ratio:g} is none", hint="it is the share of old rows: 0 <= ratio < 1"
        )
    return min(available, round(new_rows * ratio / (1 - ratio)))


def _total_using_all(supply: Mapping[str, int], weights: Mapping[str, float]) -> int:
    """The size at which the bucket that is richest for its weight gives each of its rows once."""
    whole = sum(weights.values())
    return max(
        (round(supply[name] * whole / weight) for name, weight in weights.items() if weight > 0), default=0
    )
