"""What shares come to: rows drawn and repeated by name, the limit, and the size of the training set.

Pure over the engine's view of what is there; the arithmetic of a draw is the engine's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from afs_engine import api
from afs_tui.models.shares import Shares, shares_of
from afs_tui.widgets.slider_columns import SliderFacts

_REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class BalancePlan:
    """`rehearsed` old rows come on top of `new_rows`, up to the ratio; `starved` names have no row at all."""

    facts: Mapping[str, SliderFacts]
    new_rows: int
    rehearsed: int
    repeated: int
    limits: tuple[str, ...]
    starved: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The size of the training set."""
        return self.new_rows + self.rehearsed


def first_shares(view: "api.BalanceView") -> Shares:
    """The recipe's shares as sliders show them; by size of the domains where it has none."""
    return shares_of(dict(zip(view.names, view.weights, strict=True)))


def plan_balance(view: "api.BalanceView", weights: Mapping[str, float], ratio: float | None) -> BalancePlan:
    """What `weights` would draw. Where the recipe has no weights every row is drawn once.

    A name without a row draws nothing and is named in `starved`: the run would refuse it.
    """
    available = dict(zip(view.names, view.available, strict=True))
    starved = tuple(name for name in view.names if weights[name] > 0 and not available[name])
    drawable = {name: 0.0 if name in starved else weights[name] for name in view.names}
    shares = (
        api.plan_shares(available, drawable, oversample=view.oversample, total=view.total)
        if any(drawable.values())
        else []
    )
    facts = {s.name: SliderFacts(s.available, s.drawn, s.binds) for s in shares}
    new_rows = sum(share.drawn for share in shares)
    return BalancePlan(
        facts={name: facts.get(name, SliderFacts(available[name], 0)) for name in view.names},
        new_rows=new_rows,
        rehearsed=_rehearsed(view, new_rows, ratio),
        repeated=sum(share.repeated for share in shares),
        limits=tuple(share.name for share in shares if share.binds),
        starved=starved,
    )


def plan_unweighted(view: "api.BalanceView", ratio: float | None) -> BalancePlan:
    """Every row once."""
    facts = {name: SliderFacts(count, count) for name, count in zip(view.names, view.available, strict=True)}
    rows = sum(view.available)
    new_rows = rows if view.total is None else min(rows, view.total)
    return BalancePlan(facts, new_rows, _rehearsed(view, new_rows, ratio), 0, (), ())


def _rehearsed(view: "api.BalanceView", new_rows: int, ratio: float | None) -> int:
    """Old rows on top of the shares; none where they are one of the shares."""
    known = view.rehearsal
    if known is None or ratio is None or known.available is None or _REHEARSAL in view.names:
        return 0
    return api.rehearsal_count(new_rows, ratio, known.available)
