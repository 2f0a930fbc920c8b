"""A measured curve of any length in bounded memory, smoothed and cut into columns for a chart.

Points arrive in order of step. Neighbours are merged as the curve grows, so a chart redraws at the same cost
whether a run has a hundred steps or ten million. NaN and infinity are gaps. Pure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOST_BUCKETS = 4096


@dataclass(slots=True)
class Bucket:
    """Neighbouring points as one: the steps they cover, their extremes, sum and number."""

    first: int
    last: int
    low: float
    high: float
    total: float
    points: int

    @property
    def mean(self) -> float:
        return self.total / self.points if self.points else math.nan

    def add(self, other: "Bucket") -> None:
        """Takes in the bucket that follows; an empty one (a gap) changes only the steps."""
        self.last = other.last
        if other.points:
            self.low = min(self.low, other.low) if self.points else other.low
            self.high = max(self.high, other.high) if self.points else other.high
            self.total += other.total
            self.points += other.points


class Curve:
    """Appended point by point; `version` changes with every point."""

    def __init__(self, most_buckets: int = MOST_BUCKETS) -> None:
        self._buckets: list[Bucket] = []
        self._most = most_buckets
        self._points_a_bucket = 1
        self._in_last = 0
        self.version = 0

    def __len__(self) -> int:
        return len(self._buckets)

    def add(self, step: int, value: float) -> None:
        """One point; a step that is not after the last one (a resumed run) replaces what follows it."""
        if self._buckets and step <= self._buckets[-1].last:
            self._cut(step)
        finite = math.isfinite(value)
        point = Bucket(step, step, value, value, value if finite else 0.0, int(finite))
        if self._buckets and self._in_last < self._points_a_bucket:
            self._buckets[-1].add(point)
            self._in_last += 1
        else:
            self._buckets.append(point)
            self._in_last = 1
            if len(self._buckets) > self._most:
                self._merge_pairs()
        self.version += 1

    def extend(self, points: Sequence[tuple[int, float]]) -> None:
        for step, value in points:
            self.add(step, value)

    @property
    def buckets(self) -> Sequence[Bucket]:
        return self._buckets

    @property
    def last_value(self) -> float | None:
        """The newest finite value, None where there is none."""
        return next((bucket.mean for bucket in reversed(self._buckets) if bucket.points), None)

    def _cut(self, step: int) -> None:
        while self._buckets and self._buckets[-1].first >= step:
            self._buckets.pop()
        if self._buckets and self._buckets[-1].last >= step:
            self._buckets[-1].last = step - 1
        self._in_last = self._points_a_bucket

    def _merge_pairs(self) -> None:
        merged = self._buckets[::2]
        for left, right in zip(merged, self._buckets[1::2], strict=False):
            left.add(right)
        self._in_last += self._points_a_bucket if len(self._buckets) % 2 == 0 else 0
        self._buckets = merged
        self._points_a_bucket *= 2


def smooth(buckets: Sequence[Bucket], weight: float) -> list[Bucket]:
    """An exponential moving average over the buckets' means; gaps stay gaps.

    `weight` (0 to below 1) is that of the past; the start is corrected for the average's zero, as in Adam
    (Kingma and Ba, 2015).
    """
    if weight <= 0:
        return list(buckets)
    average, share = 0.0, 1.0
    smoothed = []
    for bucket in buckets:
        value = math.nan
        if bucket.points:
            average = weight * average + (1 - weight) * bucket.mean
            share *= weight
            value = average / (1 - share)
        points = min(bucket.points, 1)
        smoothed.append(Bucket(bucket.first, bucket.last, value, value, value if points else 0.0, points))
    return smoothed


def columns_of(
    buckets: Sequence[Bucket], first_step: int, last_step: int, columns: int
) -> list[Bucket | None]:
    """The buckets between two steps gathered in `columns` of equal width; None where none falls."""
    gathered: list[Bucket | None] = [None] * columns
    span = max(1, last_step - first_step)
    for bucket in buckets:
        if bucket.points and first_step <= bucket.last <= last_step:
            column = min(columns - 1, (bucket.last - first_step) * (columns - 1) // span)
            there = gathered[column]
            if there is None:
                gathered[column] = Bucket(
                    bucket.first, bucket.last, bucket.low, bucket.high, bucket.total, bucket.points
                )
            else:
                there.add(bucket)
    return gathered


def value_at(buckets: Sequence[Bucket], step: float) -> Bucket | None:
    """The measured bucket nearest to `step`."""
    measured = [bucket for bucket in buckets if bucket.points]
    return min(measured, key=lambda bucket: abs(bucket.last - step), default=None)
