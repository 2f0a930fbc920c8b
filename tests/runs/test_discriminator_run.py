"""A recipe that names a discriminator: its scores and its verdict on itself reach rows and events."""

import json
from pathlib import Path

import pytest

import afs_engine
from afs_engine.events import AnyEvent, LogLine
from afs_engine.runs.files.discriminator import (
    DiscriminatorSettings,
    make_pairs_from_tree,
    train_discriminator,
)
from afs_engine.runs.runner import run_recipe
from afs_engine.stages.discriminator.card import CARD_FILE
from tests.program import read_rows, write_rows

SAMPLE_TREE = Path(afs_engine.__file__).parent / "sample" / "sources" / "tidewake"
RECIPE = """
[run]
name = "one"
[[sources]]
name = "asm"
kind = "jsonl"
path = "asm.jsonl"
[score]
profile = "asm"
electra_model = "model"
[split]
train = 0.6
val = 0.2
test = 0.2
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    make_pairs_from_tree(SAMPLE_TREE, tmp_path / "pairs.jsonl", seed=2)
    train_discriminator(
        tmp_path / "pairs.jsonl", tmp_path / "model", DiscriminatorSettings(), lambda event: None
    )
    pairs = [row for row in read_rows(tmp_path / "pairs.jsonl") if row["material"] == "asm"][:60]
    rows = [{"instruction": f"Part {n}?", "output": row["text"]} for n, row in enumerate(pairs)]
    write_rows(tmp_path / "asm.jsonl", rows)
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE)
    return path


def run(recipe: Path) -> tuple[list[float | None], list[str]]:
    """The training rows' discriminator scores, and the warnings."""
    events: list[AnyEvent] = []
    finished = run_recipe(recipe, until="convert", listeners=[events.append])
    rows = read_rows(Path(finished.run_dir) / "data" / "train.jsonl")
    warnings = [event.text for event in events if isinstance(event, LogLine) and event.level == "warning"]
    return [row["quality_components"]["electra"] for row in rows], warnings


def test_a_run_says_what_takes_no_part_and_follows_a_change_of_the_card(recipe: Path) -> None:
    scores, warnings = run(recipe)
    assert scores and None not in scores
    assert any("no part in the score of prose" in text for text in warnings)
    card = recipe.with_name("model") / CARD_FILE
    found = json.loads(card.read_text())
    found["materials"][0]["auc"] = 0.6
    card.write_text(json.dumps(found))
    scores, warnings = run(recipe)
    assert scores and set(scores) == {None}
    assert any("of assembly: its held-out AUC is 0.6, below 0.7" in text for text in warnings)


def test_a_damaged_score_cache_is_told(recipe: Path) -> None:
    hidden = recipe.parent / ".afs"
    hidden.mkdir()
    (hidden / "scores.sqlite").write_text("no database\n" * 400)
    _, warnings = run(recipe)
    assert any("the score cache was damaged and is begun anew" in text for text in warnings)
