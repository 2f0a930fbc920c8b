"""Training with transformers, peft and trl, on a CPU or one CUDA GPU.

Puts the parts together: base, rows, trainer, adapter folder. Must run in a worker process, and
imports the heavy packages only inside `train`.
"""

from typing import Any

from afs_engine.data.counted import counted
from afs_engine.errors import WorkerError
from afs_engine.stages.training.adapter import write_adapter
from afs_engine.stages.training.backend import Emit, ShouldStop
from afs_engine.stages.training.best_look import best_look, looks_of
from afs_engine.stages.training.checkpoints import checkpoint_folder, checkpoint_step
from afs_engine.stages.training.opened_training import (
    Losses,
    OpenedTraining,
    PreparedRows,
    ease_of,
    run_training,
)
from afs_engine.stages.training.packing import pack_rows, refuse_leaks
from afs_engine.stages.training.peaks import peak_rss_bytes
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.sealed import find_damage
from afs_engine.stages.training.settings import TrainJob
from afs_engine.stages.training.step_counts import count_steps


class TrlBackend:
    """The `trl` backend."""

    def train(self, job: TrainJob, emit: Emit, should_stop: ShouldStop) -> TrainResult:
        """See `TrainingBackend.train`."""
        return run_training(job, emit, lambda opened: TrlTraining(opened, should_stop).run())


class TrlTraining:
    """One training from loaded packages to a written adapter."""

    name = "trl"

    def __init__(self, opened: OpenedTraining, should_stop: ShouldStop) -> None:
        self._opened = opened
        self._settings = opened.settings
        self._should_stop = should_stop
        self._gauge: Any = None  # made when the packages are loaded
        self._trainer: Any = None

    def run(self) -> TrainResult:
        self._opened.say(
            f"training {self._opened.job.name}: loading torch, transformers, peft and {self.name}"
        )
        self._prepare_torch()
        source = self._opened.base_source()
        tokenizer = self._opened.load_tokenizer(source)
        model, adapter = self._load_model(source)
        rows = self._opened.prepare(tokenizer)
        self._trainer = self._make_trainer(model, adapter, tokenizer, rows)
        resumed_from = self._train()
        return self._finish(tokenizer, rows, resumed_from)

    def _prepare_torch(self) -> None:
        import torch
        import transformers

        import afs_engine.stages.training.exact_trainer  # noqa: F401 - the packages, before they are weighed
        from afs_engine.stages.training.base_model import refuse_4bit_without_gpu
        from afs_engine.stages.training.measuring import Gauge

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(self._settings.threads)
        refuse_4bit_without_gpu(self._settings.base_model, self._settings.load_in_4bit)
        self._gauge = Gauge(self._settings, self.name)

    def _load_model(self, source: Any) -> tuple[Any, Any]:
        """The base, and peft's options for the adapter that the trainer puts on it."""
        from afs_engine.stages.training.base_model import load_model
        from afs_engine.stages.training.trainer_options import lora_options

        return load_model(source, self._settings.load_in_4bit), lora_options(self._settings)

    def _make_trainer(self, model: Any, adapter: Any, tokenizer: Any, rows: PreparedRows) -> Any:
        from afs_engine.stages.training.exact_trainer import CheckpointPlace, ExactTrainer, TrainingData
        from afs_engine.stages.training.progress import ProgressCallback
        from afs_engine.stages.training.trainer_options import sft_options

        data = TrainingData(rows.train, rows.val, self._pack(model, rows), ease_of(rows, self._settings))
        folder = self._opened.checkpoints
        folder.mkdir(exist_ok=True)
        steps = count_steps(self._settings, len(data.lengths))
        self._callback = ProgressCallback(
            self._opened.pace(steps),
            self._opened.emit,
            self._opened.log,
            self._should_stop,
            self._before_first_step,
            self._settings.early_stopping_looks,
        )
        keep, keeps_best = self._settings.keep_checkpoints, self._settings.early_stopping_looks is not None
        return ExactTrainer(
            data,
            CheckpointPlace(folder, keep, self._opened.checkpoint_saved, keeps_best),
            model=model,
            processing_class=tokenizer,
            args=sft_options(self._settings, folder, steps),
            peft_config=adapter,
            callbacks=[self._callback],
        )

    def _pack(self, model: Any, rows: PreparedRows) -> list[list[int]] | None:
        if not self._settings.packing:
            return None
        refuse_leaks(model)
        packs = pack_rows(rows.train.lengths.tolist(), self._settings.max_length)
        self._opened.say(f"packed {counted(len(rows.train), 'row')} into {counted(len(packs), 'sequence')}")
        return packs

    def _before_first_step(self, resumed: bool) -> None:
        """The largest batch first, a few times: what does not fit fails now, not after hours."""
        if not resumed:
            seconds = self._trainer.try_longest_batch()
            peak = self._gauge.peak_bytes() / (1 << 30)
            self._opened.say(f"longest batch: {seconds:.2f} s, peak so far {peak:.2f} GiB")
        self._gauge.begin()

    def _train(self) -> int:
        """Runs the loop to its end; returns the step it went on from."""
        trainer, callback = self._trainer, self._callback
        newest = self._opened.find_checkpoint()
        trainer.args.eval_on_start = newest is None and callback.looks_at_validation
        if newest is not None and trainer.had_stopped_early(newest, self._settings.early_stopping_looks):
            return checkpoint_step(newest)
        try:
            trainer.train(resume_from_checkpoint=str(newest) if newest else None)
        except WorkerError as error:
            raise self._opened.with_advice(error) from error
        if callback.stopped:
            raise self._opened.stopped_after(trainer.state.global_step)
        return checkpoint_step(newest) if newest else 0

    def _take_best(self) -> int | None:
        """With early stopping: puts the best look's weights into the model; returns its step."""
        if self._settings.early_stopping_looks is None:
            return None
        from afs_engine.stages.training.training_state import load_adapter

        best = best_look(looks_of(self._trainer.state.log_history))
        folder = checkpoint_folder(self._opened.checkpoints, best.step) if best else None
        damage = find_damage(folder) if folder else "there was no look at the validation rows"
        if best is None or folder is None or damage:
            self._opened.say(f"the last weights are kept, not the best: {damage}", warn=True)
            return None
        load_adapter(folder, self._trainer.model)
        self._opened.say(f"best: step {best.step}, val loss {best.loss:.4f}")
        return best.step

    def _finish(self, tokenizer: Any, rows: PreparedRows, resumed_from: int) -> TrainResult:
        trainer = self._trainer
        best = self._take_best()
        digests = write_adapter(self._opened.folder, trainer.model, tokenizer, self._settings.base_model)
        history = trainer.state.log_history
        losses = Losses(
            [entry["loss"] for entry in history if "loss" in entry],
            [
                entry["eval_loss"]
                for entry in history
                if "eval_loss" in entry and (best is None or entry["step"] <= best)
            ],
        )
        checked = sum(each.total_tokens for each in rows.reports[1:])
        steps = trainer.state.global_step
        trainable, total = trainer.model.get_nb_trainable_parameters()
        return self._opened.finish(
            rows.reports[0],
            losses,
            backend=self.name,
            steps=steps,
            resumed_from_step=resumed_from,
            best_step=best,
            trainable_parameters=trainable,
            total_parameters=total,
            peak_rss_bytes=peak_rss_bytes(),
            digests=digests,
            measured=self._gauge.result(
                trainer.model, trainer.example_lengths, checked, steps - resumed_from
            ),
        )
