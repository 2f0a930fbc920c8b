"""Turns what the trainer reports into events and log lines, and tells it when to look and save.

Imports transformers: only the trl backend, in a worker, may import this module.
"""

import time
from collections.abc import Callable
from typing import Any

import psutil
import torch
from transformers import TrainerCallback

from afs_engine.events import MemorySample, MetricPoint, Progress
from afs_engine.stages.training.backend import Emit, ShouldStop
from afs_engine.stages.training.best_look import best_look, is_time_to_stop, looks_of
from afs_engine.stages.training.opened_training import Pace
from afs_engine.stages.training.training_log import TrainingLog, step_line

_MEMORY_EVERY_SECONDS = 2.0
_METRICS = {"loss": "train_loss", "learning_rate": "learning_rate", "grad_norm": "grad_norm"}


class ProgressCallback(TrainerCallback):  # type: ignore[misc]  # transformers is not type-checked here
    """Emits events after every step; sets the trainer's evaluate, save and stop flags."""

    def __init__(
        self,
        pace: Pace,
        emit: Emit,
        log: TrainingLog,
        should_stop: ShouldStop,
        before_first_step: Callable[[bool], None],
        patience: int | None = None,
    ) -> None:
        self._pace = pace
        self._emit = emit
        self._log = log
        self._should_stop = should_stop
        self._before_first_step = before_first_step  # told whether the training is a resumed one
        self._memory_at = self._began = self._step_began = self._tokens = 0.0
        self._first_step = 0
        self._patience = patience  # looks without a better loss, None: no early stop
        self.stopped = False
        self.looks_at_validation = pace.eval_steps is not None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._before_first_step(state.global_step > 0)
        self._first_step = state.global_step
        self._began = self._step_began = time.monotonic()
        self._tokens = 0.0

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._step_began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        step, last = state.global_step, state.global_step >= state.max_steps
        pace = self._pace
        control.should_log = True
        control.should_evaluate = pace.eval_steps is not None and (last or step % pace.eval_steps == 0)
        control.should_save = last or step % pace.save_steps == 0
        if not last and self._should_stop():
            self.stopped = control.should_save = control.should_training_stop = True
            control.should_evaluate = False
        self._emit(Progress(stage="train", done=step, total=state.max_steps, unit="steps"))
        self._sample_memory()

    def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """With patience: the best look so far is saved, and too many worse ones after it end training."""
        looks = looks_of(state.log_history)
        best = best_look(looks)
        if self._patience is None or best is None:
            return
        if best.step == state.global_step:
            control.should_save = True
        elif is_time_to_stop(looks, self._patience) and state.global_step < state.max_steps:
            self._log.write(f"step {state.global_step}  no better than step {best.step}: stopped early")
            control.should_save = control.should_training_stop = True

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        if "eval_loss" in logs:
            self._emit(MetricPoint(name="val_loss", step=state.global_step, value=logs["eval_loss"]))
            self._log.write(f"step {state.global_step}/{state.max_steps}  val loss {logs['eval_loss']:.4f}")
        if "loss" not in logs:
            return
        values = {name: float(logs[key]) for key, name in _METRICS.items() if key in logs}
        values |= self._token_rate(logs.get("num_tokens"))
        for name, value in values.items():
            self._emit(MetricPoint(name=name, step=state.global_step, value=value))
        self._log.write(step_line(state.global_step, state.max_steps, values, self._eta_seconds(state)))

    def _token_rate(self, tokens: float | None) -> dict[str, float]:
        """Tokens a second in this step, padding not counted."""
        passed = time.monotonic() - self._step_began
        if tokens is None or passed <= 0:
            return {}
        new, self._tokens = tokens - self._tokens, tokens
        return {"tokens_per_second": new / passed}

    def _eta_seconds(self, state: Any) -> float:
        done: int = state.global_step - self._first_step
        left: int = state.max_steps - state.global_step
        return (time.monotonic() - self._began) / max(1, done) * left

    def _sample_memory(self) -> None:
        now = time.monotonic()
        if now - self._memory_at >= _MEMORY_EVERY_SECONDS:
            self._memory_at = now
            vram = torch.cuda.memory_reserved() if torch.cuda.is_available() else None
            self._emit(MemorySample(rss_bytes=psutil.Process().memory_info().rss, vram_bytes=vram))
