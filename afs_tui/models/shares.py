"""Linked shares: a set of names whose shares always sum to 100 %, some of them locked.

Shares are whole ticks of 0.01 %, so that nothing drifts. Every change gives a new value; the old one
is what undo goes back to. Pure arithmetic; property-tested.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

WHOLE = 10_000
PERCENT = WHOLE // 100


@dataclass(frozen=True, slots=True)
class Shares:
    """Ticks by name; they sum to WHOLE."""

    names: tuple[str, ...]
    ticks: tuple[int, ...]
    locked: frozenset[str] = frozenset()

    def share(self, name: str) -> float:
        """The share of `name`, 0 to 1."""
        return self.ticks[self.names.index(name)] / WHOLE

    def weights(self) -> dict[str, float]:
        """Shares by name, as the recipe writes them."""
        return {name: ticks / WHOLE for name, ticks in zip(self.names, self.ticks, strict=True)}

    def room(self, name: str) -> int:
        """The most ticks that `name` can have while the locked others stay as they are."""
        held = [n != name and n in self.locked for n in self.names]
        return WHOLE - sum(ticks for ticks, is_held in zip(self.ticks, held, strict=True) if is_held)


def shares_of(weights: Mapping[str, float]) -> Shares:
    """Shares in proportion to `weights` (at least one above 0, else equal)."""
    values = list(weights.values())
    return Shares(tuple(weights), tuple(_divide(WHOLE, values)))


def set_ticks(shares: Shares, name: str, ticks: int) -> Shares:
    """`name` at `ticks`, as near as the locked others allow; the free others share the rest.

    They keep their proportions; where all of them are 0 they share equally. A locked `name`, or one
    with no free other, stays as it is.
    """
    free = [n for n in shares.names if n != name and n not in shares.locked]
    if name in shares.locked or not free:
        return shares
    room = shares.room(name)
    wanted = min(max(ticks, 0), room)
    before = dict(zip(shares.names, shares.ticks, strict=True))
    after = before | dict(zip(free, _divide(room - wanted, [before[n] for n in free]), strict=True))
    after[name] = wanted
    return replace(shares, ticks=tuple(after[n] for n in shares.names))


def toggle_lock(shares: Shares, name: str) -> Shares:
    """Locks `name`, or frees it."""
    return replace(shares, locked=shares.locked ^ {name})


def share_equally(shares: Shares) -> Shares:
    """The free names share equally what the locked ones leave."""
    free = [n for n in shares.names if n not in shares.locked]
    before = dict(zip(shares.names, shares.ticks, strict=True))
    left = WHOLE - sum(before[n] for n in shares.locked)
    after = before | dict(zip(free, _divide(left, [1.0] * len(free)), strict=True))
    return replace(shares, ticks=tuple(after[n] for n in shares.names))


def _divide(ticks: int, weights: Sequence[float]) -> list[int]:
    """`ticks` in proportion to `weights`, each within one of its exact part (largest remainder)."""
    whole = sum(weights)
    if whole <= 0:
        weights, whole = [1.0] * len(weights), float(len(weights))
    exact = [ticks * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda position: parts[position] - exact[position])
    for position in order[: ticks - sum(parts)]:
        parts[position] += 1
    return parts
