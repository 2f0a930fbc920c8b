"""The stand-in's faults: which request goes wrong and how, from a seed.

Rates are shares of requests or of instances. `calm_after` seconds after the start nothing goes wrong
any more: a provider that fails for ever can't be survived by anyone.
"""

import random
from dataclasses import dataclass
from typing import Literal

# before: nothing was done. after: it was done, and the answer says otherwise or never comes.
Fault = Literal[
    "", "limit", "fail_before", "fail_after", "drop_before", "drop_after", "html", "odd", "forbid"
]

STUCK_STATES = ("", "loading", "scheduling", "exited", "unknown", "offline")


@dataclass(frozen=True)
class FaultPlan:
    """What goes wrong how often. The default: nothing."""

    seed: int = 0
    request_faults: float = 0.0
    stuck: float = 0.0
    lost: float = 0.0
    outbid: float = 0.0
    no_dead_man: float = 0.0
    price_rise: float = 0.0
    price_factor: float = 1.4
    lists_lag: float = 0.0
    lists_lag_seconds: float = 60.0
    lying_destroy: float = 0.0
    outage_seconds: float = 0.0
    calm_after: float = float("inf")


class FaultDice:
    """Draws faults in the order in which they are asked for."""

    def __init__(self, plan: FaultPlan) -> None:
        self.plan = plan
        self._random = random.Random(plan.seed)

    def request(self, method: str, since_start: float) -> Fault:
        """The fault of one request."""
        if since_start >= self.plan.calm_after or self._random.random() >= self.plan.request_faults:
            return ""
        kinds: list[Fault] = ["limit", "fail_before", "drop_before", "html", "odd"]
        if method in ("PUT", "DELETE"):
            kinds += ["fail_after", "drop_after", "fail_after", "drop_after"]
        if method == "DELETE":
            kinds.append("forbid")
        return self._random.choice(kinds)

    def happens(self, share: float) -> bool:
        return self._random.random() < share

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def stuck_state(self) -> str:
        return self._random.choice(STUCK_STATES)
