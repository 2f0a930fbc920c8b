"""The one loss rule, against torch's own on one row at a time."""

from typing import Any

import numpy as np
import pytest

from afs_engine.stages.training.masking import TokenRow
from afs_engine.stages.training.token_loss import RowLoss, mean_loss, measure_losses, perplexity


def made_rows() -> list[TokenRow]:
    draw = np.random.default_rng(3)
    rows = []
    for line in range(1, 41):
        length = int(draw.integers(6, 90))
        ids = draw.integers(3, 270, length).astype(np.int32)
        start = int(draw.integers(1, length - 2))
        rows.append(TokenRow(line, f"d{line % 3}", ids, ((start, length),)))
    return rows


def test_batches_change_nothing(trained: Any) -> None:
    import torch

    from afs_engine.stages.training.base_model import load_model

    model = load_model(trained.folder / "base")
    rows = made_rows()
    losses = measure_losses(model, rows, pad_id=0)
    for row, loss in zip(rows, losses, strict=True):
        ids = torch.from_numpy(row.ids).long()[None]
        with torch.no_grad():
            alone = model(input_ids=ids, labels=torch.from_numpy(row.labels()).long()[None]).loss
        assert loss.tokens == row.trained_tokens
        assert loss.loss_sum / loss.tokens == pytest.approx(float(alone), rel=1e-5)
        assert loss.domain == row.domain
    backwards = measure_losses(model, rows[::-1], pad_id=0)[::-1]
    assert mean_loss(backwards) == pytest.approx(mean_loss(losses), rel=1e-7)


def test_no_random_number_is_drawn(trained: Any) -> None:
    import torch

    from afs_engine.stages.training.base_model import load_model

    model = load_model(trained.folder / "base")
    model.train()
    before = torch.random.get_rng_state()
    measure_losses(model, made_rows()[:3], pad_id=0)
    assert torch.equal(before, torch.random.get_rng_state())
    assert model.training


def test_means_are_per_token() -> None:
    assert mean_loss([RowLoss("a", 30.0, 10), RowLoss("b", 2.0, 30)]) == 0.8
    assert perplexity(0.0) == 1.0
    assert perplexity(1e6) is None
