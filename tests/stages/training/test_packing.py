"""Packed rows: all there, none too long, and none sees another."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afs_engine.errors import InterruptedRunError, WorkerError
from afs_engine.stages.training.backend import choose_backend
from afs_engine.stages.training.masking import TokenRow
from afs_engine.stages.training.packing import PackCollator, join_rows, pack_rows, refuse_leaks


@given(st.lists(st.integers(1, 64), max_size=200))
def test_every_row_once_and_no_pack_too_long(lengths: list[int]) -> None:
    packs = pack_rows(lengths, 64)
    assert sorted(row for pack in packs for row in pack) == list(range(len(lengths)))
    assert all(sum(lengths[row] for row in pack) <= 64 for pack in packs)
    half_empty = [pack for pack in packs if sum(lengths[row] for row in pack) <= 32]
    assert len(half_empty) <= 1  # two of them would have gone into one


def rows_of(lengths: list[int]) -> list[TokenRow]:
    draw = np.random.default_rng(5)
    return [
        TokenRow(line, "d", draw.integers(3, 270, length).astype(np.int32), ((length // 2, length),))
        for line, length in enumerate(lengths, 1)
    ]


def row_losses(model: Any, batch: dict[str, Any]) -> Any:
    import torch

    batch.pop("tokens")
    labels = batch.pop("labels")
    with torch.no_grad():
        logits = model(**batch, use_cache=False).logits[:, :-1]
    return torch.nn.functional.cross_entropy(
        logits.transpose(1, 2), labels[:, 1:], ignore_index=-100, reduction="none"
    )


def test_packed_rows_have_the_losses_they_have_alone(trained: Any) -> None:
    from afs_engine.stages.training.base_model import load_model

    model = load_model(trained.folder / "base")
    model.eval()
    refuse_leaks(model)
    collate = PackCollator(0)
    rows = rows_of([20, 33, 7, 41, 12])
    batch = collate([join_rows(rows[:3]), join_rows(rows[3:])])
    assert batch["tokens"] == 113
    together = float(row_losses(model, batch).sum())
    alone = sum(float(row_losses(model, collate([join_rows([row])])).sum()) for row in rows)
    assert together == pytest.approx(alone, rel=1e-5)


def test_a_model_whose_rows_see_each_other_is_refused(trained: Any) -> None:
    from afs_engine.stages.training.base_model import load_model

    model = load_model(trained.folder / "base")
    forward = model.forward
    model.forward = lambda position_ids=None, **options: forward(**options)  # positions are not looked at
    with pytest.raises(WorkerError, match="would see each other"):
        refuse_leaks(model)


def test_a_packed_training_learns_and_goes_on_exactly(tiny_job: Callable[..., Any], tmp_path: Path) -> None:
    def train(folder: str, stop_after: int | None) -> Any:
        steps: list[Any] = []
        job = tiny_job(tmp_path / folder, packing=True, max_length=256, batch_size=1, save_steps=2)
        backend = choose_backend("trl")
        return backend.train(job, steps.append, lambda: stop_after is not None and _done(steps) >= stop_after)

    undisturbed = train("whole", None)
    assert undisturbed.train_rows == 15
    assert undisturbed.train_loss_last < undisturbed.train_loss_first
    with pytest.raises(InterruptedRunError):
        train("stopped", 1)
    assert train("stopped", None).digests == undisturbed.digests


def _done(events: list[Any]) -> int:
    return max((event.done for event in events if event.type == "Progress"), default=0) + 1
