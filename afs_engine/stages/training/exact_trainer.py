"""trl's SFTTrainer with our batch order, validation loss and checkpoints.

Only the hooks for those are overridden; the training loop is trl's. Imports torch and trl: only
the trl backend, in a worker, may import this module.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import PrinterCallback, TrainerState
from trl import SFTTrainer

from afs_engine.errors import WorkerError
from afs_engine.stages.training.batch_order import EpochOrder
from afs_engine.stages.training.best_look import best_look, is_time_to_stop, looks_of
from afs_engine.stages.training.checkpoints import checkpoint_folder, keep_newest
from afs_engine.stages.training.freed_memory import return_freed_memory
from afs_engine.stages.training.masking import TokenRow
from afs_engine.stages.training.packing import PackCollator, join_rows
from afs_engine.stages.training.sealed import sealing
from afs_engine.stages.training.token_loss import mean_loss, measure_losses
from afs_engine.stages.training.token_table import TokenTable
from afs_engine.stages.training.training_state import load_adapter, load_optimizer, load_random, save_state

_TRAINER_STATE = "trainer_state.json"  # transformers' own name and JSON form


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Rows ready to train; `val` may be empty. `packs` hold the rows (by index) that share a sequence."""

    train: TokenTable
    val: Sequence[TokenRow]
    packs: list[list[int]] | None = None
    easiest_first: list[int] | None = None

    @property
    def lengths(self) -> list[int]:
        """Tokens of each training example, a row or a pack."""
        of_rows: list[int] = self.train.lengths.tolist()
        return of_rows if self.packs is None else [sum(of_rows[row] for row in pack) for pack in self.packs]

    def dataset(self) -> Any:
        """The training examples as trl takes them; each is read from the table when its turn comes."""
        count = len(self.train if self.packs is None else self.packs)
        return Dataset.from_dict({"example": range(count)}).with_transform(self._read)

    def _read(self, wanted: dict[str, list[int]]) -> dict[str, list[list[int]]]:
        if self.packs is None:
            rows = [self.train[example] for example in wanted["example"]]
            return {
                "input_ids": [row.ids.tolist() for row in rows],
                "labels": [row.labels().tolist() for row in rows],
            }
        joined = [
            join_rows([self.train[row] for row in self.packs[example]]) for example in wanted["example"]
        ]
        return {name: [each[name] for each in joined] for name in joined[0]}


@dataclass(frozen=True, slots=True)
class CheckpointPlace:
    """Where checkpoints go, how many are kept (and the best one), and who is told of a new one."""

    folder: Path
    keep: int
    saved: Callable[[int, Path], None]
    keeps_best: bool = False


class ExactTrainer(SFTTrainer):  # type: ignore[misc]  # trl ships no types
    """An SFTTrainer whose interrupted run ends with the same adapter bytes as an undisturbed one."""

    control: Any

    def __init__(self, data: TrainingData, place: CheckpointPlace, **options: Any) -> None:
        self._data = data
        self._place = place
        if data.packs is not None:
            options["data_collator"] = PackCollator(options["processing_class"].pad_token_id)
        super().__init__(train_dataset=data.dataset(), **options)
        self.remove_callback(PrinterCallback)

    def _get_train_sampler(self, train_dataset: Any = None) -> EpochOrder:
        batch_size = self.args.per_device_train_batch_size
        return EpochOrder(self._data.lengths, batch_size, self.args.seed, self._data.easiest_first)

    @property
    def example_lengths(self) -> list[int]:
        """Tokens of each training example."""
        return self._data.lengths

    def try_longest_batch(self) -> float:
        """Runs the largest batch forward and backward twice; returns the second run's seconds.

        So that memory runs out now or never. Only before the first step: it changes no weight and no
        random state, and counts nothing.
        """
        lengths = self._data.lengths
        longest = sorted(range(len(lengths)), key=lambda example: -lengths[example])
        chosen = longest[: self.args.per_device_train_batch_size]
        batch = self.data_collator([self.train_dataset[example] for example in chosen])
        batch.pop("tokens", None)
        inputs = self._prepare_inputs(batch)
        devices = [self.args.device] if self.args.device.type == "cuda" else []
        self.model.train()
        with torch.random.fork_rng(devices), self.compute_loss_context_manager():
            for _ in range(2):
                began = time.monotonic()
                self.compute_loss(self.model, dict(inputs)).backward()
                self.model.zero_grad(set_to_none=True)
        seconds = time.monotonic() - began
        self._metrics["train"].clear()
        self._total_train_tokens = 0
        return seconds

    def had_stopped_early(self, checkpoint: Path, patience: int | None) -> bool:
        """Whether the training had ended early at this checkpoint; then its state is taken over."""
        state = TrainerState.load_from_json(str(checkpoint / _TRAINER_STATE))
        if patience is None or not is_time_to_stop(looks_of(state.log_history), patience):
            return False
        self.state = state
        return True

    def compute_loss(self, model: Any, inputs: dict[str, Any], *args: Any, **options: Any) -> Any:
        tokens = inputs.pop("tokens", None)  # of packed examples, whose tokens trl can't count
        loss = super().compute_loss(model, inputs, *args, **options)
        if tokens is not None:
            self._total_train_tokens += tokens - inputs["position_ids"].size(1)
            self._metrics["train"]["num_tokens"] = [self._total_train_tokens]
        if self.args.device.type == "cpu":
            return_freed_memory()  # the peak is in the backward pass, which is next
        return loss

    def training_step(self, *args: Any, **options: Any) -> torch.Tensor:
        loss: torch.Tensor = super().training_step(*args, **options)
        if not torch.isfinite(loss):
            raise WorkerError(f"the loss became {loss.item()} at step {self.state.global_step + 1}")
        return loss

    def _clip_grad_norm(self, model: Any) -> Any:
        norm = super()._clip_grad_norm(model)
        if not torch.isfinite(torch.as_tensor(norm)):
            raise WorkerError(f"the gradient became {float(norm)} at step {self.state.global_step + 1}")
        return norm

    def evaluate(self, *args: Any, **options: Any) -> dict[str, float]:
        """Mean loss per trained token of the validation rows, as `evaluate` computes it later."""
        losses = measure_losses(self.model, self._data.val, self.processing_class.pad_token_id)
        metrics = {"eval_loss": mean_loss(losses)}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        step = self.state.global_step
        target = checkpoint_folder(self._place.folder, step)
        with sealing(target) as temp:
            save_state(temp, self.model, self.optimizer, self.lr_scheduler)
            self.state.save_to_json(str(temp / _TRAINER_STATE))
        best = best_look(looks_of(self.state.log_history)) if self._place.keeps_best else None
        keep_newest(self._place.folder, self._place.keep, step, best.step if best else None)
        self._place.saved(step, target)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        load_adapter(Path(resume_from_checkpoint), self.model)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            load_optimizer(Path(checkpoint), self.optimizer, self.lr_scheduler)

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            load_random(Path(checkpoint))
