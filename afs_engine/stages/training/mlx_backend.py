"""Training with mlx: on Apple silicon, and for the sake of the whole chain on any CPU with its wheel.

The loop is ours, over mlx-lm's models and LoRA layers, so that order, masks, validation and files are
those of the other backends; the adapter is written in PEFT's layout. Must run in a worker process and
imports mlx only there.
"""

import time
from collections.abc import Iterator

import numpy as np

from afs_engine.errors import InputError, WorkerError
from afs_engine.events import MetricPoint, Progress
from afs_engine.stages.training.adapter import write_plain_adapter
from afs_engine.stages.training.backend import Emit, ShouldStop, check_backend
from afs_engine.stages.training.batch_order import order_epoch
from afs_engine.stages.training.checkpoints import checkpoint_folder, checkpoint_step, keep_newest
from afs_engine.stages.training.masking import TokenRow
from afs_engine.stages.training.mlx_model import MlxModel
from afs_engine.stages.training.opened_training import (
    Losses,
    OpenedTraining,
    PreparedRows,
    ease_of,
    run_training,
)
from afs_engine.stages.training.peaks import peak_rss_bytes
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.sealed import sealing
from afs_engine.stages.training.settings import TrainJob, TrainSettings
from afs_engine.stages.training.step_counts import count_steps
from afs_engine.stages.training.training_log import step_line

Batch = list[TokenRow]
_NOT_THERE = ("packing", "load_in_4bit", "gradient_checkpointing", "early_stopping_looks", "neftune_alpha")


class MlxBackend:
    """The `mlx` backend."""

    def train(self, job: TrainJob, emit: Emit, should_stop: ShouldStop) -> TrainResult:
        """See `TrainingBackend.train`. Raises as `check_backend` does."""
        check_backend("mlx")
        _refuse_what_is_not_there(job.settings)
        return run_training(job, emit, lambda opened: _MlxTraining(opened, should_stop).run())


def _refuse_what_is_not_there(settings: TrainSettings) -> None:
    for name in _NOT_THERE:
        if getattr(settings, name):
            raise InputError(f'backend "mlx" has no {name}', hint=f"leave {name} out")


class _MlxTraining:
    """One training from the loaded base to a written adapter."""

    def __init__(self, opened: OpenedTraining, should_stop: ShouldStop) -> None:
        self._opened = opened
        self._settings = opened.settings
        self._should_stop = should_stop
        self._losses = Losses([], [])

    def run(self) -> TrainResult:
        self._opened.say(f"training {self._opened.job.name}: loading mlx")
        source = self._opened.base_source()
        tokenizer = self._opened.load_tokenizer(source)
        rows = self._opened.prepare(tokenizer)
        steps = count_steps(self._settings, len(rows.train))
        model = MlxModel(str(source), self._settings, steps)
        resumed_from = self._resume(model)
        try:
            self._train(model, rows, steps, resumed_from)
        except WorkerError as error:
            raise self._opened.with_advice(error) from error
        digests = write_plain_adapter(
            self._opened.folder,
            model.peft_tensors(),
            model.peft_config(),
            tokenizer,
            self._settings.base_model,
        )
        trainable, total = model.parameter_counts()
        return self._opened.finish(
            rows.reports[0],
            self._losses,
            backend="mlx",
            steps=steps,
            resumed_from_step=resumed_from,
            trainable_parameters=trainable,
            total_parameters=total,
            peak_rss_bytes=peak_rss_bytes(),
            digests=digests,
        )

    def _resume(self, model: MlxModel) -> int:
        self._opened.checkpoints.mkdir(exist_ok=True)
        newest = self._opened.find_checkpoint()
        if newest is None:
            return 0
        self._losses = model.load_state(newest)
        return checkpoint_step(newest)

    def _train(self, model: MlxModel, rows: PreparedRows, steps: int, done: int) -> None:
        pace = self._opened.pace(steps)
        began = time.monotonic()
        if done == 0 and pace.eval_steps is not None:
            self._validate(model, rows, 0, steps)
        for step, batches in enumerate(self._steps(rows), start=1):
            if step <= done:
                continue
            step_began = time.monotonic()
            loss, norm, rate = model.step(batches, step)
            if not np.isfinite(loss):
                raise WorkerError(f"the loss became {loss} at step {step}")
            self._losses.train.append(loss)
            tokens = sum(len(row.ids) for batch in batches for row in batch)
            values = {"train_loss": loss, "learning_rate": rate, "grad_norm": norm}
            values["tokens_per_second"] = tokens / max(1e-9, time.monotonic() - step_began)
            eta = (time.monotonic() - began) / (step - done) * (steps - step)
            self._tell(step, steps, values, eta)
            last = step == steps
            if pace.eval_steps is not None and (last or step % pace.eval_steps == 0):
                self._validate(model, rows, step, steps)
            stops = not last and self._should_stop()
            if stops or last or step % pace.save_steps == 0:
                self._save(model, step)
            self._opened.emit(Progress(stage="train", done=step, total=steps, unit="steps"))
            if stops:
                raise self._opened.stopped_after(step)

    def _steps(self, rows: PreparedRows) -> Iterator[list[Batch]]:
        """The batches of each optimizer step, in the order that every backend has."""
        settings, lengths = self._settings, rows.train.lengths.tolist()
        easiest_first = ease_of(rows, settings)
        for epoch in range(settings.epochs):
            order = order_epoch(lengths, settings.batch_size, settings.seed, epoch, easiest_first)
            starts = range(0, len(order), settings.batch_size)
            batches = [order[start : start + settings.batch_size] for start in starts]
            for first in range(0, len(batches), settings.gradient_accumulation_steps):
                chosen = batches[first : first + settings.gradient_accumulation_steps]
                yield [[rows.train[row] for row in batch] for batch in chosen]

    def _tell(self, step: int, steps: int, values: dict[str, float], eta_seconds: float) -> None:
        for name, value in values.items():
            self._opened.emit(MetricPoint(name=name, step=step, value=value))
        self._opened.log.write(step_line(step, steps, values, eta_seconds))

    def _validate(self, model: MlxModel, rows: PreparedRows, step: int, steps: int) -> None:
        loss = model.mean_loss(list(rows.val), self._settings.batch_size)
        self._losses.val.append(loss)
        self._opened.emit(MetricPoint(name="val_loss", step=step, value=loss))
        self._opened.log.write(f"step {step}/{steps}  val loss {loss:.4f}")

    def _save(self, model: MlxModel, step: int) -> None:
        target = checkpoint_folder(self._opened.checkpoints, step)
        with sealing(target) as temp:
            model.save_state(temp, self._losses)
        keep_newest(self._opened.checkpoints, self._settings.keep_checkpoints, step)
        self._opened.checkpoint_saved(step, target)
