"""A base's folder that is missing is told before any work."""

from pathlib import Path

import pytest

from afs_engine.errors import InputError
from afs_engine.runs.forecast import forecast_training
from afs_engine.runs.plan import plan_recipe
from afs_engine.runs.runner import run_recipe
from tests.program import write_rows

RECIPE = """
[[sources]]
name = "notes"
kind = "jsonl"
path = "notes.jsonl"
[train]
base_model = "./models/small"
"""


def test_a_missing_base_is_told_before_anything_runs(tmp_path: Path) -> None:
    rows = [{"instruction": f"Say {n}.", "output": f"It is {n}, and {n * n} squared."} for n in range(20)]
    write_rows(tmp_path / "notes.jsonl", rows)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE)
    with pytest.raises(InputError, match="no such base model folder"):
        run_recipe(recipe)
    with pytest.raises(InputError, match="no such base model folder"):
        forecast_training(recipe)
    assert "no such base model folder" in (plan_recipe(recipe).no_forecast or "")
    assert not (tmp_path / "runs").exists()
    run_recipe(recipe, until="convert")  # so far no base is needed
