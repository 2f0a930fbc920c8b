"""Which version of a name is in use: promotions and roll-backs, in order, and what stands after them.

Pure: the steps go in, the answer comes out. Knows no database and no clock.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from afs_engine.errors import UsageError


class PromotionStep(BaseModel):
    """One entry of the history. `version` is the one in use after the step, `at` an ISO time in UTC."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    action: Literal["promote", "rollback"]
    version: int
    at: str


def standing_versions(steps: Iterable[PromotionStep], name: str) -> list[int]:
    """The promoted versions of `name` that were not rolled back, oldest first; the last is in use."""
    standing: list[int] = []
    for step in steps:
        if step.name != name:
            continue
        if step.action == "promote":
            standing.append(step.version)
        else:
            del standing[-1:]  # there is one, unless the step before was lost with a damaged file
    return standing


def promoted_versions(steps: list[PromotionStep]) -> dict[str, int]:
    """The version in use of every name that has one."""
    standing = {name: standing_versions(steps, name) for name in sorted({step.name for step in steps})}
    return {name: versions[-1] for name, versions in standing.items() if versions}


def roll_back_step(steps: list[PromotionStep], name: str, at: str) -> PromotionStep:
    """The step that brings back the version promoted before the one in use. Raises UsageError."""
    standing = standing_versions(steps, name)
    if not standing:
        raise UsageError(f"no version of '{name}' is promoted", hint="`training registry-promote` does it")
    if len(standing) == 1:
        raise UsageError(f"'{name}' has nothing to roll back to: {name}@{standing[0]} is its first promotion")
    return PromotionStep(name=name, action="rollback", version=standing[-2], at=at)
