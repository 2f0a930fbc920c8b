"""How often a rental is looked at, and for how long a state may last. All in seconds.

The two spans rest on one assumption about the provider, which its documentation does not state:
that a list of instances is never out of date for longer than they are.
"""

from dataclasses import dataclass, field

_MINUTE = 60.0


def _usual_limits() -> dict[str, float]:
    return {
        "": 10 * _MINUTE,  # being provisioned
        "loading": 45 * _MINUTE,  # pulls the image
        "scheduling": 10 * _MINUTE,
        "rebooting": 10 * _MINUTE,
        "exited": 1 * _MINUTE,
        "stopped": 1 * _MINUTE,  # outbid, or out of credit: only storage is paid for
        "frozen": 1 * _MINUTE,
        "unknown": 5 * _MINUTE,
        "offline": 5 * _MINUTE,
    }


@dataclass(frozen=True)
class Pace:
    """`create_span`: how long to look for an order whose answer was lost. `gone_span`: how long an
    instance must stay absent before it counts as gone. `idle_limit`: how long the GPU may do
    nothing while we pay for it. `state_limits` by the instance's status.
    """

    poll: float = 15.0
    look: float = 10.0
    create_span: float = 120.0
    gone_span: float = 70.0
    fewest_gone_looks: int = 3
    absent_limit: float = 120.0
    unreachable_limit: float = 10 * _MINUTE
    other_state_limit: float = 10 * _MINUTE
    idle_limit: float = 40 * _MINUTE
    retry_first: float = 2.0
    retry_most: float = 60.0
    state_limits: dict[str, float] = field(default_factory=_usual_limits)

    def limit_of(self, status: str) -> float | None:
        """How long an instance may be in `status`; None for no limit of its own."""
        return None if status == "running" else self.state_limits.get(status, self.other_state_limit)
