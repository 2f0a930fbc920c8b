"""What every backend does around its own loop: claim the folder, read the rows, keep the log, end.

Owns the order of those and the words a person reads. It must not know any training package.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afs_engine.data.atomic import write_atomic
from afs_engine.data.counted import counted
from afs_engine.data.digest import sha256_file
from afs_engine.errors import InputError, InterruptedRunError, WorkerError
from afs_engine.events import CheckpointSaved, LogLine
from afs_engine.stages.training.adapter import BASE_FOLDER
from afs_engine.stages.training.backend import Emit
from afs_engine.stages.training.base_check import check_base
from afs_engine.stages.training.base_model import load_tokenizer
from afs_engine.stages.training.batch_order import rank_by_ease
from afs_engine.stages.training.chat_rows import read_chat_rows
from afs_engine.stages.training.checkpoints import CHECKPOINTS, find_newest
from afs_engine.stages.training.claim import claim_folder
from afs_engine.stages.training.identity import ADAPTER_WEIGHTS, TrainingIdentity, identify
from afs_engine.stages.training.mask_lint import MaskRule, describe, prepare_rows
from afs_engine.stages.training.masking import RowTokeniser, TokenRow
from afs_engine.stages.training.nano import build_nano
from afs_engine.stages.training.results import (
    TOKEN_REPORT,
    TRAIN_RESULT,
    TokenReport,
    TrainResult,
    read_train_result,
)
from afs_engine.stages.training.sealed import sweep_leftovers
from afs_engine.stages.training.settings import NANO, TrainJob, TrainSettings
from afs_engine.stages.training.token_table import TokenTable
from afs_engine.stages.training.training_log import TrainingLog

_LOOKS_PER_TRAINING = 10  # at the validation rows, and checkpoints, where the settings leave it open


@dataclass(frozen=True, slots=True)
class Pace:
    """Every how many optimizer steps to look at the validation rows (None: never) and to save."""

    eval_steps: int | None
    save_steps: int


@dataclass(frozen=True, slots=True)
class PreparedRows:
    """The rows that can be trained and validated on, and their reports, in this order."""

    train: TokenTable
    val: Sequence[TokenRow]
    reports: list[TokenReport]


class OpenedTraining:
    """One training whose folder is claimed and whose log is open."""

    def __init__(self, job: TrainJob, identity: TrainingIdentity, emit: Emit, log: TrainingLog) -> None:
        self.job = job
        self.settings = job.settings
        self.folder = job.output_dir
        self.emit = emit
        self.log = log
        self._identity = identity
        self._began = time.monotonic()

    @property
    def checkpoints(self) -> Path:
        return self.folder / CHECKPOINTS

    def say(self, text: str, warn: bool = False) -> None:
        """Into the log and the events."""
        self.log.write(text)
        self.emit(LogLine(level="warning" if warn else "info", text=text))

    def base_source(self) -> str | Path:
        """The base's folder or hub name; nano is built first."""
        if self.settings.base_model != NANO:
            return self.settings.base_model
        folder = self.folder / BASE_FOLDER
        build_nano(folder, read_chat_rows(self.job.train_file), self.settings.seed)
        return folder

    def load_tokenizer(self, source: str | Path) -> Any:
        """The base's tokenizer, with a padding token."""
        tokenizer = load_tokenizer(source)
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return tokenizer

    def prepare(self, tokenizer: Any) -> PreparedRows:
        """Tokens and masks of both files; faulty rows are told, dropped or refused by the rule."""
        settings = self.settings
        tokeniser = RowTokeniser(tokenizer, settings.system_prompt, settings.thinking)
        rule = MaskRule(settings.max_length, settings.mask_rule)
        files = [path for path in (self.job.train_file, self.job.val_file) if path]
        made = [prepare_rows(path, tokeniser, rule, self.folder) for path in files]
        reports = [report for _, report in made]
        self._tell_tokens(reports)
        return PreparedRows(made[0][0], made[1][0] if len(made) > 1 else [], reports)

    def _tell_tokens(self, reports: list[TokenReport]) -> None:
        text = ",\n".join(report.model_dump_json(indent=1) for report in reports)
        write_atomic(self.folder / TOKEN_REPORT, f"[{text}]\n".encode())
        for report in reports:
            kept = f"{report.rows_kept:,} of {counted(report.rows_read, 'row')}"
            tokens = f"{report.trained_tokens:,} of {report.total_tokens:,} tokens trained"
            self.say(f"{report.file}: {kept}, {tokens}, longest row {report.longest_row:,}")
            if report.truncated:
                self.say(f"{report.file}: {counted(report.truncated, 'row')} truncated to fit", warn=True)
            if report.dropped:
                self.say(f"{report.file}: dropped {describe(report.dropped)}", warn=True)
            if report.warned:
                self.say(f"{report.file}: kept, but look at {describe(report.warned)}", warn=True)

    def pace(self, steps: int) -> Pace:
        """The settings' pace, or about ten looks and checkpoints over the whole training."""
        usual = max(1, steps // _LOOKS_PER_TRAINING)
        return Pace(
            eval_steps=(self.settings.eval_steps or usual) if self.job.val_file else None,
            save_steps=self.settings.save_steps or usual,
        )

    def checkpoint_saved(self, step: int, path: Path) -> None:
        self.log.write(f"step {step}  saved {path.name}")
        self.emit(CheckpointSaved(step=step, path=str(path)))

    def find_checkpoint(self) -> Path | None:
        """The newest good checkpoint; the damaged ones that were skipped are named."""
        newest, skipped = find_newest(self.checkpoints)
        for bad in skipped:
            self.say(f"skipped {bad.path.name}: {bad.reason}", warn=True)
        if newest:
            self.say(f"going on at {newest.name}")
        return newest

    def stopped_after(self, step: int) -> InterruptedRunError:
        """What a backend raises when it was asked to stop and has saved."""
        return InterruptedRunError(
            f"training stopped after step {step}", hint="run the same command again to go on from there"
        )

    def with_advice(self, error: WorkerError) -> WorkerError:
        """The error with the last good checkpoint and the next thing to try."""
        kept, _ = find_newest(self.checkpoints)
        rate = self.settings.chosen_learning_rate()
        advice = f"lower learning_rate (now {rate:g}) or raise warmup_share"
        self.log.write(f"stopped: {error.what}")
        return WorkerError(
            error.what,
            where=self.folder,
            hint=f"{advice}; {kept.name} is kept" if kept else f"{advice}; no checkpoint was made before",
        )

    def finish(self, report: TokenReport, losses: "Losses", **facts: Any) -> TrainResult:
        """Writes the result, last of all files. `facts` are those that only the backend knows."""
        first, last = mean_of_ends(losses.train)
        result = TrainResult(
            name=self.job.name,
            base_model=self.settings.base_model,
            epochs=self.settings.epochs,
            train_rows=report.rows_kept,
            trained_tokens=report.trained_tokens * self.settings.epochs,
            train_loss_first=first,
            train_loss_last=last,
            val_loss_first=losses.val[0] if losses.val else None,
            val_loss_last=losses.val[-1] if losses.val else None,
            wall_seconds=time.monotonic() - self._began,
            versions=self._identity.versions,
            **facts,
        )
        write_atomic(self.folder / TRAIN_RESULT, result.model_dump_json(indent=1).encode() + b"\n")
        self.say(f"finished {self.job.name}: {ADAPTER_WEIGHTS} in {self.folder}")
        return result


@dataclass(frozen=True, slots=True)
class Losses:
    """Training losses by step, validation losses by look."""

    train: list[float]
    val: list[float]


def ease_of(rows: PreparedRows, settings: TrainSettings) -> list[int] | None:
    """The training rows from the easiest to the hardest, where a curriculum is asked for."""
    if not settings.curriculum:
        return None
    return rank_by_ease(rows.train.lengths.tolist(), rows.train.scores.tolist())


def mean_of_ends(losses: list[float]) -> tuple[float, float]:
    """The means of the first and of the last tenth."""
    tenth = max(1, len(losses) // 10)
    return math.fsum(losses[:tenth]) / tenth, math.fsum(losses[-tenth:]) / tenth


def run_training(job: TrainJob, emit: Emit, train: Callable[[OpenedTraining], TrainResult]) -> TrainResult:
    """Claims the job's folder, trains in it, or hands back what a finished training left there."""
    check_base(job.settings.base_model)
    identity = identify(job)
    job.output_dir.mkdir(parents=True, exist_ok=True)
    claim_folder(job.output_dir, identity)
    sweep_leftovers(job.output_dir)
    done = _finished(job.output_dir)
    if done is not None:
        emit(LogLine(text=f"{job.name} is trained already: {job.output_dir}"))
        return done
    if job.settings.early_stopping_looks is not None and job.val_file is None:
        raise InputError(
            "early_stopping_looks needs validation rows", hint="give a validation file, or leave it out"
        )
    with TrainingLog(job.output_dir) as log:
        return train(OpenedTraining(job, identity, emit, log))


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
