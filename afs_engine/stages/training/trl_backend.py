"""Training with transformers, peft and trl, on a CPU or one CUDA GPU.

Puts the parts together: base, rows, trainer, adapter folder. Must run in a worker process, and
imports the heavy packages only inside `train`.
"""

import math
import time
from pathlib import Path
from typing import Any

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import sha256_file
from afs_engine.errors import InterruptedRunError, WorkerError
from afs_engine.events import CheckpointSaved, LogLine
from afs_engine.stages.training.adapter import BASE_FOLDER, write_adapter
from afs_engine.stages.training.backend import Emit, ShouldStop
from afs_engine.stages.training.base_check import check_base
from afs_engine.stages.training.chat_rows import read_chat_rows
from afs_engine.stages.training.checkpoints import checkpoint_step, find_newest
from afs_engine.stages.training.identity import ADAPTER_WEIGHTS, TrainingIdentity, claim_folder, identify
from afs_engine.stages.training.mask_lint import MaskRule, describe, prepare_rows
from afs_engine.stages.training.masking import RowTokeniser
from afs_engine.stages.training.packing import pack_rows, refuse_leaks
from afs_engine.stages.training.results import (
    TOKEN_REPORT,
    TRAIN_RESULT,
    TokenReport,
    TrainResult,
    read_train_result,
)
from afs_engine.stages.training.sealed import sweep_leftovers
from afs_engine.stages.training.settings import NANO, TrainJob
from afs_engine.stages.training.training_log import TrainingLog

CHECKPOINTS = "checkpoints"
_LOOKS_PER_TRAINING = 10  # at the validation rows, and checkpoints, where the settings leave it open


class TrlBackend:
    """The `trl` backend."""

    def train(self, job: TrainJob, emit: Emit, should_stop: ShouldStop) -> TrainResult:
        """See `TrainingBackend.train`."""
        check_base(job.settings.base_model)
        identity = identify(job)
        job.output_dir.mkdir(parents=True, exist_ok=True)
        claim_folder(job.output_dir, identity)
        sweep_leftovers(job.output_dir)
        done = _finished(job.output_dir)
        if done is not None:
            emit(LogLine(text=f"{job.name} is trained already: {job.output_dir}"))
            return done
        with TrainingLog(job.output_dir) as log:
            return _Training(job, identity, emit, log).run(should_stop)


def _finished(folder: Path) -> TrainResult | None:
    """The result of a finished training whose files are all as they were written."""
    result = read_train_result(folder)
    if result is None:
        return None
    whole = all(
        (folder / name).is_file() and sha256_file(folder / name) == digest
        for name, digest in result.digests.items()
    )
    return result if whole else None


class _Training:
    """One training from loaded packages to a written adapter."""

    def __init__(self, job: TrainJob, identity: TrainingIdentity, emit: Emit, log: TrainingLog) -> None:
        self._job = job
        self._settings = job.settings
        self._identity = identity
        self._emit = emit
        self._log = log
        self._began = time.monotonic()
        self._gauge: Any = None  # made when the packages are loaded
        self._trainer: Any = None

    def run(self, should_stop: ShouldStop) -> TrainResult:
        self._say(f"training {self._job.name}: loading torch, transformers, peft and trl")
        self._prepare_torch()
        model, tokenizer = self._load_base()
        data, reports = self._load_rows(tokenizer)
        trainer, callback = self._make_trainer(model, tokenizer, data, should_stop)
        resumed_from = self._train(trainer, callback)
        return self._finish(trainer, tokenizer, reports, resumed_from)

    def _say(self, text: str, warn: bool = False) -> None:
        self._log.write(text)
        self._emit(LogLine(level="warning" if warn else "info", text=text))

    def _prepare_torch(self) -> None:
        import torch
        import transformers

        import afs_engine.stages.training.exact_trainer  # noqa: F401 - the packages, before they are weighed
        from afs_engine.stages.training.base_model import refuse_4bit_without_gpu
        from afs_engine.stages.training.measuring import Gauge

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(self._settings.threads)
        refuse_4bit_without_gpu(self._settings.base_model)
        self._gauge = Gauge(self._settings)

    def _load_base(self) -> tuple[Any, Any]:
        from afs_engine.stages.training.base_model import load_model, load_tokenizer
        from afs_engine.stages.training.nano import build_nano

        source: str | Path = self._settings.base_model
        if source == NANO:
            source = self._job.output_dir / BASE_FOLDER
            build_nano(source, read_chat_rows(self._job.train_file), self._settings.seed)
        tokenizer = load_tokenizer(source)
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return load_model(source), tokenizer

    def _load_rows(self, tokenizer: Any) -> tuple[Any, list[TokenReport]]:
        from afs_engine.stages.training.exact_trainer import TrainingData

        settings = self._settings
        tokeniser = RowTokeniser(tokenizer, settings.system_prompt, settings.thinking)
        rule = MaskRule(settings.max_length, settings.mask_rule)
        files = [path for path in (self._job.train_file, self._job.val_file) if path]
        folder = self._job.output_dir
        rows, reports = zip(*(prepare_rows(path, tokeniser, rule, folder) for path in files), strict=True)
        self._write_token_report(list(reports))
        train, val = rows[0], rows[1] if len(rows) > 1 else []
        packs = pack_rows(train.lengths.tolist(), settings.max_length) if settings.packing else None
        return TrainingData(train, val, packs), list(reports)

    def _write_token_report(self, reports: list[TokenReport]) -> None:
        text = ",\n".join(report.model_dump_json(indent=1) for report in reports)
        write_atomic(self._job.output_dir / TOKEN_REPORT, f"[{text}]\n".encode())
        for report in reports:
            kept = f"{report.rows_kept:,} of {report.rows_read:,} rows"
            tokens = f"{report.trained_tokens:,} of {report.total_tokens:,} tokens trained"
            self._say(f"{report.file}: {kept}, {tokens}, longest row {report.longest_row:,}")
            if report.dropped:
                self._say(f"{report.file}: dropped {describe(report.dropped)}", warn=True)
            if report.warned:
                self._say(f"{report.file}: kept as plain text {describe(report.warned)}", warn=True)

    def _make_trainer(
        self, model: Any, tokenizer: Any, data: Any, should_stop: ShouldStop
    ) -> tuple[Any, Any]:
        from afs_engine.stages.training.exact_trainer import CheckpointPlace, ExactTrainer
        from afs_engine.stages.training.progress import ProgressCallback
        from afs_engine.stages.training.trainer_options import count_steps, lora_options, sft_options

        folder = self._job.output_dir / CHECKPOINTS
        folder.mkdir(exist_ok=True)
        steps = count_steps(self._settings, len(data.lengths))
        if data.packs is not None:
            refuse_leaks(model)
            self._say(f"packed {len(data.train):,} rows into {len(data.packs):,} sequences")
        pace = _pace(self._job, steps)
        callback = ProgressCallback(pace, self._emit, self._log, should_stop, self._before_first_step)
        trainer = ExactTrainer(
            data,
            CheckpointPlace(folder, self._settings.keep_checkpoints, self._checkpoint_saved),
            model=model,
            processing_class=tokenizer,
            args=sft_options(self._settings, folder, steps),
            peft_config=lora_options(self._settings),
            callbacks=[callback],
        )
        self._trainer = trainer
        return trainer, callback

    def _before_first_step(self, resumed: bool) -> None:
        """The largest batch first, a few times: what does not fit fails now, not after hours."""
        if not resumed:
            seconds = self._trainer.try_longest_batch()
            peak = self._gauge.peak_bytes() / (1 << 30)
            self._say(f"longest batch: {seconds:.2f} s, peak so far {peak:.2f} GiB")
        self._gauge.begin()

    def _checkpoint_saved(self, step: int, path: Path) -> None:
        self._log.write(f"step {step}  saved {path.name}")
        self._emit(CheckpointSaved(step=step, path=str(path)))

    def _train(self, trainer: Any, callback: Any) -> int:
        """Runs the loop to its end; returns the step it went on from. Names what it skipped."""
        newest, skipped = find_newest(self._job.output_dir / CHECKPOINTS)
        for bad in skipped:
            self._say(f"skipped {bad.path.name}: {bad.reason}", warn=True)
        step = checkpoint_step(newest) if newest else 0
        if newest:
            self._say(f"going on at {newest.name}")
        trainer.args.eval_on_start = newest is None and callback.looks_at_validation
        try:
            trainer.train(resume_from_checkpoint=str(newest) if newest else None)
        except WorkerError as error:
            raise self._with_advice(error) from error
        if callback.stopped:
            at = trainer.state.global_step
            raise InterruptedRunError(
                f"training stopped after step {at}", hint="run the same command again to go on from there"
            )
        return step

    def _with_advice(self, error: WorkerError) -> WorkerError:
        """The error with the last good checkpoint and the next thing to try."""
        kept, _ = find_newest(self._job.output_dir / CHECKPOINTS)
        rate = self._settings.chosen_learning_rate()
        advice = f"lower learning_rate (now {rate:g}) or raise warmup_share"
        self._log.write(f"stopped: {error.what}")
        return WorkerError(
            error.what,
            where=self._job.output_dir,
            hint=f"{advice}; {kept.name} is kept" if kept else f"{advice}; no checkpoint was made before",
        )

    def _finish(
        self, trainer: Any, tokenizer: Any, reports: list[TokenReport], resumed_from: int
    ) -> TrainResult:
        from afs_engine.stages.training.progress import peak_rss_bytes

        base = self._settings.base_model
        digests = write_adapter(self._job.output_dir, trainer.model, tokenizer, base)
        history = trainer.state.log_history
        losses = [entry["loss"] for entry in history if "loss" in entry]
        val_losses = [entry["eval_loss"] for entry in history if "eval_loss" in entry]
        first, last = _mean_of_ends(losses)
        report, checked = reports[0], sum(each.total_tokens for each in reports[1:])
        steps_done = trainer.state.global_step - resumed_from
        trainable, total = trainer.model.get_nb_trainable_parameters()
        result = TrainResult(
            name=self._job.name,
            base_model=base,
            steps=trainer.state.global_step,
            epochs=self._settings.epochs,
            resumed_from_step=resumed_from,
            train_rows=report.rows_kept,
            trained_tokens=report.trained_tokens * self._settings.epochs,
            trainable_parameters=trainable,
            total_parameters=total,
            train_loss_first=first,
            train_loss_last=last,
            val_loss_first=val_losses[0] if val_losses else None,
            val_loss_last=val_losses[-1] if val_losses else None,
            wall_seconds=time.monotonic() - self._began,
            peak_rss_bytes=peak_rss_bytes(),
            versions=self._identity.versions,
            digests=digests,
            measured=self._gauge.result(trainer.model, trainer.example_lengths, checked, steps_done),
        )
        write_atomic(self._job.output_dir / TRAIN_RESULT, result.model_dump_json(indent=1).encode() + b"\n")
        self._say(f"finished {self._job.name}: {ADAPTER_WEIGHTS} in {self._job.output_dir}")
        return result


def _mean_of_ends(losses: list[float]) -> tuple[float, float]:
    """The means of the first and of the last tenth."""
    tenth = max(1, len(losses) // 10)
    return math.fsum(losses[:tenth]) / tenth, math.fsum(losses[-tenth:]) / tenth


def _pace(job: TrainJob, steps: int) -> Any:
    """The settings' pace, or about ten looks and checkpoints over the whole training."""
    from afs_engine.stages.training.progress import Pace

    usual = max(1, steps // _LOOKS_PER_TRAINING)
    settings = job.settings
    return Pace(
        eval_steps=(settings.eval_steps or usual) if job.val_file else None,
        save_steps=settings.save_steps or usual,
    )
