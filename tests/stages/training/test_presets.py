"""Presets, early stopping and the curriculum: what a person sets is what trains."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from afs_engine.errors import InputError, InterruptedRunError
from afs_engine.events import MetricPoint, Progress
from afs_engine.stages.training.backend import choose_backend
from afs_engine.stages.training.batch_order import order_epoch, rank_by_ease
from afs_engine.stages.training.best_look import Look, best_look, is_time_to_stop
from afs_engine.stages.training.checkpoints import list_checkpoints
from afs_engine.stages.training.presets import PRESETS
from afs_engine.stages.training.settings import TrainJob, TrainSettings, parse_job
from tests.program import call

MakeJob = Callable[..., TrainJob]


def test_a_preset_is_the_guides_and_yields_to_what_is_given(tmp_path: Path) -> None:
    three = TrainSettings.model_validate({"preset": "qwen2.5-coder-3b"})
    assert three.base_model == "unsloth/Qwen2.5-Coder-3B-Instruct-bnb-4bit"
    assert (three.epochs, three.batch_size, three.learning_rate, three.gradient_accumulation_steps) == (
        3,
        4,
        2e-4,
        4,
    )
    seven = TrainSettings.model_validate({"preset": "qwen2.5-coder-7b", "batch_size": 1})
    assert (seven.batch_size, seven.learning_rate, seven.gradient_accumulation_steps) == (1, 1e-5, 8)
    job = TrainJob(name="x", settings=seven, train_file=tmp_path / "a", output_dir=tmp_path)
    assert parse_job(job.to_json()) == job
    for name in PRESETS:
        TrainSettings.model_validate({"preset": name})
    with pytest.raises(ValidationError):
        TrainSettings.model_validate({"preset": "qwen9"})


def test_flags_that_do_not_go_together_are_one_line(tmp_path: Path) -> None:
    flags = ["--data", "x.jsonl", "--output", "out"]
    both = call("training", "train", *flags, "--packing", "--curriculum", cwd=tmp_path)
    assert both.code == 2 and "exclude each other" in both.err
    preset = call("training", "train", *flags, "--preset", "qwen", cwd=tmp_path)
    assert preset.code == 2 and "--preset: input should be 'qwen2.5-coder-3b'" in preset.err
    assert all(len(answer.err.splitlines()) == 1 for answer in (both, preset))


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.floats(0, 1) | st.just(float("nan"))), min_size=1, max_size=200
    )
)
def test_a_curriculum_has_every_row_once_and_goes_from_easy_to_hard(rows: list[tuple[int, float]]) -> None:
    lengths = [length for length, _ in rows]
    easiest = rank_by_ease(lengths, [score for _, score in rows])
    assert sorted(easiest) == list(range(len(rows)))
    order = order_epoch(lengths, 2, 1, 0, easiest)
    assert sorted(order) == list(range(len(rows)))
    place = {row: rank for rank, row in enumerate(easiest)}
    groups = [order[start : start + 32] for start in range(0, len(order) - len(order) % 32, 32)]
    for easier, harder in pairwise(groups):
        assert max(place[row] for row in easier) < min(place[row] for row in harder)
    assert order_epoch(lengths, 2, 1, 1, easiest) == order_epoch(lengths, 2, 1, 1)


def test_short_rows_with_high_scores_are_easy() -> None:
    assert rank_by_ease([10, 500, 10, 500], [0.9, 0.9, 0.1, 0.1])[0] == 0
    assert rank_by_ease([10, 500, 10, 500], [0.9, 0.9, 0.1, 0.1])[-1] == 3
    nan = float("nan")
    assert rank_by_ease([30, 10, 20], [nan, nan, nan]) == [1, 2, 0]


def test_the_best_look_and_the_time_to_stop() -> None:
    looks = [Look(4, 2.0), Look(8, 1.5), Look(12, 1.5), Look(16, 1.7)]
    assert best_look(looks) == Look(8, 1.5)
    assert is_time_to_stop(looks, 2)
    assert not is_time_to_stop(looks, 3)
    assert not is_time_to_stop([], 1)


def train(job: TrainJob, stop_after: int | None = None) -> tuple[Any, list[Any]]:
    events: list[Any] = []

    def should_stop() -> bool:
        return any(isinstance(event, Progress) and event.done + 1 == stop_after for event in events)

    return choose_backend("trl").train(job, events.append, should_stop), events


@pytest.fixture
def overfitting(tiny_job: MakeJob, samples: Callable[..., Path], tmp_path: Path) -> MakeJob:
    """A training whose validation loss soon rises: the rows to validate on say the opposite."""
    rows = [{"instruction": "Say it.", "output": "Yes, it is so. " * (n % 3 + 1)} for n in range(8)]
    train_file = samples(rows, "over.jsonl")
    val_file = samples([{"instruction": "Say it.", "output": "$4210 STA NOP " * 3}], "over_val.jsonl")

    def make(name: str, **changes: Any) -> TrainJob:
        settings = {"epochs": 6, "learning_rate": 2e-2, "eval_steps": 1, "save_steps": 50} | changes
        job = tiny_job(tmp_path / name, early_stopping_looks=2, keep_checkpoints=1, **settings)
        return job.model_copy(update={"train_file": train_file, "val_file": val_file})

    return make


def test_early_stopping_keeps_the_best_and_goes_on_exactly(overfitting: MakeJob) -> None:
    result, events = train(overfitting("whole"))
    losses = {e.step: e.value for e in events if isinstance(e, MetricPoint) and e.name == "val_loss"}
    best = min((loss, step) for step, loss in losses.items() if step > 0)
    assert result.steps == result.best_step + 2 < 12
    assert (result.val_loss_last, result.best_step) == best
    kept = [path.name for path in list_checkpoints(overfitting("whole").output_dir / "checkpoints")]
    assert f"checkpoint-{result.best_step}" in kept
    with pytest.raises(InterruptedRunError):
        train(overfitting("stopped"), stop_after=result.best_step + 1)
    again, _ = train(overfitting("stopped"))
    assert again.digests == result.digests
    folder = overfitting("stopped").output_dir
    (folder / "adapter_model.safetensors").unlink()  # killed after the early stop, before the end
    assert train(overfitting("stopped"))[0].digests == result.digests


def test_early_stopping_without_validation_rows_is_refused(overfitting: MakeJob) -> None:
    with pytest.raises(InputError, match="needs validation rows"):
        train(overfitting("none").model_copy(update={"val_file": None}))


def test_curriculum_noise_and_checkpointing_go_on_exactly(tiny_job: MakeJob, tmp_path: Path) -> None:
    settings = {"curriculum": True, "neftune_alpha": 5.0, "gradient_checkpointing": True}
    whole, _ = train(tiny_job(tmp_path / "whole", **settings))
    with pytest.raises(InterruptedRunError):
        train(tiny_job(tmp_path / "stopped", **settings), stop_after=4)
    again, _ = train(tiny_job(tmp_path / "stopped", **settings))
    assert again.digests == whole.digests
