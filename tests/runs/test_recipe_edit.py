"""Changing a recipe's text: only the key changes, comments and layout stay."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.errors import RecipeError
from afs_engine.runs.recipe_edit import edit_recipe_text, save_recipe_text

SAMPLE = (Path(__file__).parents[2] / "afs_engine/sample/recipe.toml").read_text(encoding="utf-8")


def test_a_value_changes_and_its_comment_stays() -> None:
    edited = edit_recipe_text(SAMPLE, {("run", "seed"): 7})
    old, new = SAMPLE.splitlines(), edited.splitlines()
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert (
        len(changed) == 1
        and changed[0][1].startswith("seed = 7 ")
        and "# decides every draw" in changed[0][1]
    )


def test_a_table_that_is_not_there_is_made() -> None:
    assert tomllib.loads(edit_recipe_text("", {("score", "min_quality_score"): 0.5})) == {
        "score": {"min_quality_score": 0.5}
    }


def test_a_source_is_added_after_the_last_and_one_is_taken_out() -> None:
    edited = edit_recipe_text(SAMPLE, {("sources", 4): {"name": "more", "kind": "jsonl", "path": "m.jsonl"}})
    names = [source["name"] for source in tomllib.loads(edited)["sources"]]
    assert names == ["oracle", "memory", "history", "riddles", "more"]
    without = edit_recipe_text(edited, {("sources", 1): None})
    assert [source["name"] for source in tomllib.loads(without)["sources"]] == [
        "oracle",
        "history",
        "riddles",
        "more",
    ]


def test_removing_what_is_not_there_changes_nothing() -> None:
    assert edit_recipe_text(SAMPLE, {("balance", "total"): None}) == SAMPLE


def test_weights_keep_their_place_in_the_table() -> None:
    weights = {"oracle": 0.5, "memory": 0.3, "history": 0.17, "riddles": 0.03}
    edited = edit_recipe_text(SAMPLE, {("balance", "weights"): weights})
    assert list(tomllib.loads(edited)["balance"]["weights"].items()) == list(weights.items())


def test_what_is_no_toml_is_refused_in_words() -> None:
    with pytest.raises(RecipeError, match="not valid TOML"):
        edit_recipe_text("a = = 1", {("a",): 2})


def test_a_path_through_a_plain_value_is_refused() -> None:
    with pytest.raises(RecipeError, match="plain value"):
        edit_recipe_text("a = 1", {("a", "b"): 2})


@given(st.text(max_size=60))
def test_any_text_survives_as_a_value(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    edited = edit_recipe_text(SAMPLE, {("register", "notes"): text})
    assert tomllib.loads(edited)["register"]["notes"] == text


def test_saving_replaces_the_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("old")
    save_recipe_text(path, SAMPLE)
    assert path.read_text(encoding="utf-8") == SAMPLE
    assert [p.name for p in tmp_path.iterdir()] == ["recipe.toml"]
