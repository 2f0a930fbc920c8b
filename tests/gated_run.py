"""A run that waits in its export for as long as a file is there: for tests that act on a run at work."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

GENERATOR = """
import time
from pathlib import Path
from afs_engine import BaseGenerator, TrainingSample

class Slow(BaseGenerator):
    def __init__(self, gate: Path):
        super().__init__(name="slow", domain="slow")
        self.gate = gate
    def generate(self):
        while (self.gate / "closed").exists():
            time.sleep(0.02)
        for number in range(20):
            yield TrainingSample(instruction=f"What is {number}?", output=f"It is number {number}.")
"""
RECIPE = """
[run]
name = "v1"
[[sources]]
name = "slow"
kind = "python"
path = "slow.py"
class = "Slow"
args = { gate = "gate" }
"""


def write_gated(folder: Path) -> Path:
    """A recipe whose export waits while `gate/closed` is there."""
    (folder / "gate").mkdir()
    (folder / "slow.py").write_text(GENERATOR)
    (folder / "recipe.toml").write_text(RECIPE)
    return folder / "recipe.toml"


def shut(recipe: Path) -> Path:
    closed = recipe.parent / "gate" / "closed"
    closed.touch()
    return closed


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    give_up = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < give_up, "it never came"
        time.sleep(0.02)
    return value
