"""The balance's view counts what the balance stage draws from, exactly once split has run."""

import json
from pathlib import Path

import pytest

from afs_engine.api import EngineReader, init_workspace, plan_shares


def test_before_the_first_run_the_missing_stage_is_named(tmp_path: Path, reader: EngineReader) -> None:
    init_workspace(tmp_path / "fresh")
    view = reader.read_balance(tmp_path / "fresh" / "recipe.toml")
    assert view.missing == "export"
    assert view.available == ()


def test_available_rows_are_those_the_stage_draws_from(sample_recipe: Path, reader: EngineReader) -> None:
    view = reader.read_balance(sample_recipe)
    assert view.is_exact
    result = next((sample_recipe.parent / ".afs" / "store" / "balance").glob("*/result.json"))
    shares = json.loads(result.read_bytes())["facts"]["shares"]
    assert {share["name"]: share["available"] for share in shares} == dict(
        zip(view.names, view.available, strict=True)
    )
    weights = dict(zip(view.names, view.weights, strict=True))
    available = dict(zip(view.names, view.available, strict=True))
    planned = plan_shares(available, weights, oversample=view.oversample, total=view.total)
    assert {share.name: share.drawn for share in planned} == {s["name"]: s["drawn"] for s in shares}


def test_a_new_threshold_gives_an_estimate_that_says_so(sample_recipe: Path, reader: EngineReader) -> None:
    text = sample_recipe.read_text(encoding="utf-8")
    exact = reader.read_balance(sample_recipe)
    other = reader.read_balance(sample_recipe, _with_threshold(text, 0.0))
    assert exact.is_exact
    assert not other.is_exact
    assert sum(other.available) == pytest.approx(sum(exact.available), rel=0.2)


def test_without_weights_every_domain_has_its_size(sample_recipe: Path, reader: EngineReader) -> None:
    text = sample_recipe.read_text(encoding="utf-8")
    start = text.index("[balance]")
    end = text.index("\n[", start + 1)
    view = reader.read_balance(sample_recipe, text[:start] + text[end:])
    assert not view.is_weighted
    assert view.weights == pytest.approx(view.available)
    assert view.uncovered == 0


def test_a_weight_that_matches_nothing_has_no_rows(sample_recipe: Path, reader: EngineReader) -> None:
    text = sample_recipe.read_text(encoding="utf-8")
    start = text.index("[balance]")
    end = text.index("\n[", start + 1)
    balance = "[balance]\nweights = { nowhere = 0.5, oracle = 0.5 }\n"
    view = reader.read_balance(sample_recipe, text[:start] + balance + text[end:])
    assert view.names == ("nowhere", "oracle")
    assert view.available[0] == 0


def _with_threshold(text: str, threshold: float) -> str:
    lines = [line for line in text.splitlines() if "min_quality_score" not in line]
    place = lines.index("[score]")
    return "\n".join([*lines[: place + 1], f"min_quality_score = {threshold}", *lines[place + 1 :]])
