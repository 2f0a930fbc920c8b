"""A base model with LoRA layers under mlx: loss, optimizer step, and its state on disk.

Imports mlx and mlx-lm: only the mlx backend, in a worker, may make one. It must not know of jobs,
folders' names or events.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from afs_engine.errors import InputError
from afs_engine.stages.training.masking import IGNORED, TokenRow
from afs_engine.stages.training.opened_training import Losses
from afs_engine.stages.training.settings import ALL_LINEAR, TrainSettings

_WEIGHTS, _OPTIMIZER, _LOSSES = "adapter.safetensors", "optimizer.npz", "losses.json"
_PREFIX = "base_model.model."
_STEPS_A_SEED = 1_000_003  # seeds of two trainings meet only after so many steps


class MlxModel:
    """`steps` are those of the whole training: the learning rate warms up and falls along them."""

    def __init__(self, source: str, settings: TrainSettings, steps: int) -> None:
        import mlx.core as mx
        import mlx.nn as nn
        import mlx.optimizers as optimizers
        from mlx_lm.tuner.utils import linear_to_lora_layers
        from mlx_lm.utils import load_model

        folder = Path(source)
        if not folder.is_dir():
            raise InputError(f"'{source}' is not on this machine", hint="download it and give its folder")
        mx.random.seed(settings.seed)
        self._mx, self._nn = mx, nn
        self._settings = settings
        self._model, _ = load_model(folder, model_config=_rotary_base(folder))
        self._model.freeze()
        lora: dict[str, Any] = {"rank": settings.lora_r, "scale": settings.lora_alpha / settings.lora_r}
        lora["dropout"] = settings.lora_dropout
        if settings.lora_targets != (ALL_LINEAR,):
            lora["keys"] = _keys(self._model, settings.lora_targets)
        else:
            lora["keys"] = _linear_keys(self._model, nn)
        linear_to_lora_layers(self._model, len(self._model.layers), lora)
        self._peak_rate = settings.chosen_learning_rate()
        self._warmup = max(1, math.ceil(steps * settings.warmup_share))
        self._steps = steps
        self._optimizer = optimizers.AdamW(learning_rate=0.0, weight_decay=0.0)
        self._optimizer.init(self._model.trainable_parameters())
        self._gradient = nn.value_and_grad(self._model, self._loss_sum)

    def step(self, batches: Sequence[list[TokenRow]], number: int) -> tuple[float, float, float]:
        """One optimizer step over all batches: the loss per trained token, the norm, the rate."""
        from mlx.optimizers import clip_grad_norm
        from mlx.utils import tree_map

        tokens = sum(row.trained_tokens for batch in batches for row in batch)
        self._mx.random.seed(self._settings.seed * _STEPS_A_SEED + number)  # so that none needs to be kept
        self._model.train()
        total, gradients = 0.0, None
        for batch in batches:
            loss, new = self._gradient(*self._arrays(batch))
            gradients = new if gradients is None else tree_map(lambda a, b: a + b, gradients, new)
            self._mx.eval(loss, gradients)
            total += loss.item()
        gradients, norm = clip_grad_norm(tree_map(lambda each: each / tokens, gradients), 1.0)
        rate = self._rate(number)
        self._optimizer.learning_rate = rate
        self._optimizer.update(self._model, gradients)
        self._mx.eval(self._model.parameters(), self._optimizer.state)
        return total / tokens, norm.item(), rate

    def mean_loss(self, rows: Sequence[TokenRow], batch_size: int) -> float:
        """Loss per trained token, without dropout."""
        self._model.eval()
        ordered = sorted(rows, key=lambda row: (len(row.ids), row.line))
        batches = [ordered[start : start + batch_size] for start in range(0, len(ordered), batch_size)]
        sums = [self._loss_sum(*self._arrays(batch)).item() for batch in batches]
        return math.fsum(sums) / sum(row.trained_tokens for row in rows)

    def _rate(self, step: int) -> float:
        """Linear warm-up, then a cosine to 0; `step` counts from 1."""
        if step <= self._warmup:
            return self._peak_rate * step / self._warmup
        share = (step - self._warmup) / max(1, self._steps - self._warmup)
        return self._peak_rate * 0.5 * (1 + math.cos(math.pi * share))

    def _arrays(self, rows: list[TokenRow]) -> tuple[Any, Any]:
        """Ids and labels, padded on the right: a row never sees its padding."""
        width = max(len(row.ids) for row in rows)
        ids = np.zeros((len(rows), width), np.int32)
        labels = np.full((len(rows), width), IGNORED, np.int32)
        for place, row in enumerate(rows):
            ids[place, : len(row.ids)] = row.ids
            labels[place, : len(row.ids)] = row.labels()
        return self._mx.array(ids), self._mx.array(labels)

    def _loss_sum(self, ids: Any, labels: Any) -> Any:
        logits = self._model(ids[:, :-1])
        targets = labels[:, 1:]
        trained = targets != IGNORED
        each = self._nn.losses.cross_entropy(logits, self._mx.where(trained, targets, 0))
        return (each * trained).sum()

    def parameter_counts(self) -> tuple[int, int]:
        """Trained and all parameters."""
        return _count(self._model.trainable_parameters()), _count(self._model.parameters())

    def peft_tensors(self) -> dict[str, Any]:
        """The adapter by PEFT's names: its matrices are the transposes of mlx's."""
        from mlx.utils import tree_flatten

        names = {"lora_a": "lora_A.weight", "lora_b": "lora_B.weight"}
        found = {}
        for name, value in tree_flatten(self._model.trainable_parameters()):
            module, _, matrix = name.rpartition(".")
            found[f"{_PREFIX}{module}.{names[matrix]}"] = np.ascontiguousarray(np.array(value).T)
        return found

    def peft_config(self) -> dict[str, Any]:
        """What PEFT needs to read the adapter (its LoraConfig)."""
        settings = self._settings
        modules = {name.rpartition(".lora_")[0].rpartition(".")[2] for name in self.peft_tensors()}
        return {
            "peft_type": "LORA",
            "task_type": "CAUSAL_LM",
            "r": settings.lora_r,
            "lora_alpha": settings.lora_alpha,
            "lora_dropout": settings.lora_dropout,
            "target_modules": sorted(modules),
            "bias": "none",
        }

    def save_state(self, folder: Path, losses: Losses) -> None:
        """Adapter, optimizer and losses, as safetensors, plain arrays and JSON."""
        from mlx.utils import tree_flatten

        mx = self._mx
        mx.save_safetensors(str(folder / _WEIGHTS), dict(tree_flatten(self._model.trainable_parameters())))
        mx.savez(str(folder / _OPTIMIZER), **dict(tree_flatten(self._optimizer.state)))
        (folder / _LOSSES).write_bytes(msgspec.json.encode([losses.train, losses.val]))

    def load_state(self, folder: Path) -> Losses:
        """Puts back what `save_state` wrote; the folder's seal was checked before."""
        from mlx.utils import tree_unflatten

        mx = self._mx
        self._model.load_weights(str(folder / _WEIGHTS), strict=False)
        self._optimizer.state = tree_unflatten(list(mx.load(str(folder / _OPTIMIZER)).items()))
        read = (folder / _LOSSES).read_bytes()
        train, val = msgspec.json.decode(read, type=tuple[list[float], list[float]])
        return Losses(train, val)


def _rotary_base(folder: Path) -> dict[str, float]:
    """The base of the rotary positions where mlx-lm looks for it: transformers 5 writes it elsewhere."""
    config = msgspec.json.decode((folder / "config.json").read_bytes(), type=dict[str, Any])
    theta = (config.get("rope_parameters") or {}).get("rope_theta")
    return {} if theta is None else {"rope_theta": theta}


def _count(tree: Any) -> int:
    from mlx.utils import tree_flatten

    return sum(value.size for _, value in tree_flatten(tree))


def _linear_keys(model: Any, nn: Any) -> set[str]:
    """Every linear layer inside the blocks, by its path in one."""
    return {
        name
        for name, module in model.layers[0].named_modules()
        if isinstance(module, nn.Linear | nn.QuantizedLinear)
    }


def _keys(model: Any, targets: tuple[str, ...]) -> set[str]:
    return {name for name, _ in model.layers[0].named_modules() if name.rpartition(".")[2] in targets}
