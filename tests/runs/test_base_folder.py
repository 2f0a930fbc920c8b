"""A base model in a folder of one's own: found beside the recipe, and known by its weights."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from afs_engine.data.store import Entry, Made, Store
from afs_engine.errors import InputError
from afs_engine.events import AnyEvent
from afs_engine.runs.plan import plan_recipe, read_only_context
from afs_engine.runs.steps.convert import Converted
from afs_engine.runs.steps.train import train_adapter
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.settings import TrainJob

SHAPE = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 300,
}


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)  # not the recipe's folder
    base = tmp_path / "w" / "models" / "v1"
    base.mkdir(parents=True)
    (base / "config.json").write_text(json.dumps(SHAPE))
    (base / "model.safetensors").write_bytes(b"weights of v1")
    (tmp_path / "w" / "notes.jsonl").write_text('{"instruction": "a", "output": "b"}\n')
    path = tmp_path / "w" / "recipe.toml"
    path.write_text(
        '[[sources]]\nname = "notes"\nkind = "jsonl"\npath = "notes.jsonl"\n'
        '[train]\nbase_model = "models/v1"\n'
    )
    return path


def test_a_base_folder_lies_beside_the_recipe_wherever_one_stands(recipe: Path) -> None:
    planned = plan_recipe(recipe)
    assert planned.base_model == "models/v1"
    assert planned.no_forecast is None
    assert planned.forecast is not None
    assert planned.forecast.base_model == str(recipe.parent / "models" / "v1")


def test_a_plan_tells_what_is_missing_besides_sources(recipe: Path) -> None:
    text = recipe.read_text()
    recipe.write_text(text.replace("models/v1", "./models/v2"))
    assert "models/v2" in str(plan_recipe(recipe).no_forecast)
    recipe.write_text(text + "[rehearsal]\ninput = 'v1.jsonl'\n")
    with pytest.raises(InputError, match=r"v1\.jsonl: the earlier version's file is not there"):
        plan_recipe(recipe)


def test_another_base_of_the_same_size_in_its_place_is_trained_on(recipe: Path) -> None:
    data = recipe.parent / "data"
    data.mkdir()
    for name in ("train.jsonl", "val.jsonl"):
        (data / name).write_text('{"instruction": "a", "output": "b"}\n')
    store = Store(recipe.parent / ".afs" / "store")
    digests = {"train.jsonl": "t", "val.jsonl": "v"}

    def convert(folder: Path) -> Made:
        data.rename(folder / "data")
        return Made(digest="d", ledgers=[], facts={"sha256": digests})

    converted = Converted(store.get_or_make("convert", ["x"], convert))
    trained: list[str] = []

    def train(job: TrainJob, _emit: Callable[[AnyEvent], None]) -> TrainResult:
        trained.append((Path(job.settings.base_model) / "model.safetensors").read_text())
        job.output_dir.mkdir(parents=True)
        for name in ("adapter_model.safetensors", "adapter_config.json"):
            (job.output_dir / name).write_text(trained[-1])
        return TrainResult.model_construct()

    def adapter() -> Entry:
        return train_adapter(replace(read_only_context(recipe), store=store, train=train), converted).entry

    first, again = adapter(), adapter()
    assert (first.executed, again.executed) == (True, False)
    (recipe.parent / "models" / "v1" / "model.safetensors").write_bytes(b"weights of w1")
    assert adapter().executed
    assert trained == ["weights of v1", "weights of w1"]
