"""The scores' view: what is missing, the sorted columns, and that they say what the score stage said."""

from pathlib import Path

import numpy as np
import pytest

from afs_engine.api import EngineReader, init_workspace
from afs_engine.data.columns import read_columns
from afs_engine.errors import RecipeError


def test_nothing_is_scored_before_the_first_run(tmp_path: Path, reader: EngineReader) -> None:
    init_workspace(tmp_path / "fresh")
    view = reader.read_scores(tmp_path / "fresh" / "recipe.toml")
    assert (view.missing, view.parts) == ("export", ())
    assert {"generic", "asm", "dialogue"} <= set(view.profiles)


def test_columns_hold_every_score_of_every_domain_and_source(
    sample_recipe: Path, reader: EngineReader
) -> None:
    view = reader.read_scores(sample_recipe)
    assert view.missing == ""
    columns = reader.read_score_columns(view.parts)
    stored = read_columns([Path(part.scores_folder) / "scores" for part in view.parts], ["overall"])
    measured = stored["overall"][~np.isnan(stored["overall"])]
    for grouping in ("domain", "source"):
        groups = columns.groups("overall", grouping)
        assert [group.name for group in groups] == sorted(group.name for group in groups)
        together = [score for group in groups for score in group.scores]
        assert sorted(together) == np.sort(measured).tolist()
        assert sum(len(group.scores) + group.unscored for group in groups) == view.rows
        assert all(list(group.scores) == sorted(group.scores) for group in groups)
    assert columns.components[0] == "overall"
    assert columns.groups("electra") == []  # no model in the sample recipe


def test_an_edited_threshold_needs_no_new_run(sample_recipe: Path, reader: EngineReader) -> None:
    text = sample_recipe.read_text(encoding="utf-8").replace("min_quality_score", "#min_quality_score")
    view = reader.read_scores(sample_recipe, text)
    assert (view.missing, view.threshold) == ("", None)


def test_a_changed_profile_must_be_scored_first(sample_recipe: Path, reader: EngineReader) -> None:
    text = sample_recipe.read_text(encoding="utf-8") + "\n[score.profiles.own]\nmin_output_length = 7\n"
    text = text.replace('profile = "generic"', 'profile = "own"')
    view = reader.read_scores(sample_recipe, text)
    assert (view.missing, view.profile) == ("score", "own")
    assert "own" in view.profiles


def test_a_broken_recipe_is_the_engines_own_error(sample_recipe: Path, reader: EngineReader) -> None:
    with pytest.raises(RecipeError):
        reader.read_scores(sample_recipe, "[run\n")
