"""Promotions: what is in use after any history, and what can't be rolled back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.errors import UsageError
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment
from afs_engine.stages.registry.promotion import (
    PromotionStep,
    promoted_versions,
    roll_back_step,
    standing_versions,
)


def promote(version: int, name: str = "majora") -> PromotionStep:
    return PromotionStep(name=name, action="promote", version=version, at="")


@given(st.lists(st.one_of(st.integers(1, 9), st.none()), max_size=30))
def test_rolling_back_undoes_the_last_promotion_that_stands(history: list[int | None]) -> None:
    """A number promotes, None rolls back; a stack kept beside must agree after each step."""
    steps: list[PromotionStep] = []
    stack: list[int] = []
    for version in history:
        if version is not None:
            steps.append(promote(version))
            stack.append(version)
        elif len(stack) < 2:
            with pytest.raises(UsageError):
                roll_back_step(steps, "majora", "")
        else:
            stack.pop()
            steps.append(roll_back_step(steps, "majora", ""))
            assert steps[-1].version == stack[-1]
        assert standing_versions(steps, "majora") == stack
    assert promoted_versions(steps) == ({"majora": stack[-1]} if stack else {})


def test_names_do_not_touch_each_other() -> None:
    steps = [promote(1), promote(7, "zora"), promote(2)]
    assert promoted_versions(steps) == {"majora": 2, "zora": 7}
    steps.append(roll_back_step(steps, "majora", ""))
    assert promoted_versions(steps) == {"majora": 1, "zora": 7}
    with pytest.raises(UsageError, match="nothing to roll back to: zora@7"):
        roll_back_step(steps, "zora", "")
    with pytest.raises(UsageError, match="no version of 'link' is promoted"):
        roll_back_step(steps, "link", "")


def test_the_registry_keeps_the_history(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry.sqlite")
    for _ in range(3):
        registry.add(Experiment(name="majora", base_model="nano"))
    registry.promote("majora@1", "one")
    registry.promote("majora", "two")
    registry.promote("majora@3", "again")  # in use already: no entry
    assert registry.roll_back("majora", "three").version == 1
    told = [(step.action, step.version, step.at) for step in registry.promotions()]
    assert told == [("promote", 1, "one"), ("promote", 3, "two"), ("rollback", 1, "three")]
    with pytest.raises(UsageError, match="no experiment 'majora@9'"):
        registry.promote("majora@9", "four")
    assert len(registry.promotions()) == 3
