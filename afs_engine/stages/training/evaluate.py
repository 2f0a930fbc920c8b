"""Measuring a model on held-out samples: loss and perplexity, in all and per domain.

The model is an adapter folder or a base. Must run in a worker process: it loads torch. It must not
know how the model was trained.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import hash_key
from afs_engine.errors import InputError
from afs_engine.events import LogLine, Progress
from afs_engine.stages.answers.generate import choose_evenly, generate_answers
from afs_engine.stages.answers.judging import judge_answers, sum_up
from afs_engine.stages.answers.records import write_answers
from afs_engine.stages.training.adapter import adapter_base, load_with_adapter
from afs_engine.stages.training.backend import Emit
from afs_engine.stages.training.base_check import check_base, check_base_folder
from afs_engine.stages.training.chat_rows import read_chat_rows
from afs_engine.stages.training.identity import ADAPTER_CONFIG, IDENTITY_FILE, read_settings
from afs_engine.stages.training.mask_lint import MaskRule, describe, prepare_rows
from afs_engine.stages.training.masking import RowTokeniser, TokenRow
from afs_engine.stages.training.results import (
    EVAL_RESULT,
    AnswerMetrics,
    DomainLoss,
    EvalMetrics,
    TokenReport,
)
from afs_engine.stages.training.row_losses import RowLossRecord, write_row_losses
from afs_engine.stages.training.settings import NANO, EvaluateJob, TrainSettings
from afs_engine.stages.training.token_loss import RowLoss, mean_loss, measure_losses, perplexity


@dataclass(frozen=True, slots=True)
class Subject:
    """What is evaluated: a base, with the adapter of a folder on it or none."""

    base: str | Path
    adapter: Path | None

    @property
    def tokenizer(self) -> str | Path:
        inside = self.adapter is not None and (self.adapter / "tokenizer.json").is_file()
        return self.adapter if inside and self.adapter else self.base


class Evaluator:
    """Does one evaluation after another; a model that the next one needs too stays loaded."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._opened: OpenModel | None = None

    def evaluate(self, job: EvaluateJob) -> EvalMetrics:
        """Measures `job.model` on `job.data_file`; writes metrics and row losses to the job's output folder.

        Rows that training would drop are skipped and counted. Raises InputError when the model or the
        data can't be used.
        """
        opened = self._open(job)
        rows, report = _prepare(job, opened, self._emit)
        losses = measure_losses(opened.model, rows, 0)
        self._emit(Progress(stage="evaluate", done=len(rows), total=len(rows)))
        base_loss = None
        if job.base_loss and opened.subject.adapter is not None:
            with opened.model.disable_adapter():
                base_loss = mean_loss(measure_losses(opened.model, rows, 0))
        answers = self._answer(job, opened, rows)
        metrics = summarise(job.model, losses, report, base_loss).model_copy(update={"answers": answers})
        write_row_losses(job.output_dir, _row_records(job.data_file, rows, losses))
        write_atomic(job.output_dir / EVAL_RESULT, metrics.model_dump_json(indent=1).encode() + b"\n")
        return metrics

    def _answer(
        self, job: EvaluateJob, opened: "OpenModel", rows: Sequence[TokenRow]
    ) -> AnswerMetrics | None:
        """Lets the model answer some of the rows; keeps the answers beside the metrics."""
        if job.answers == 0:
            return None
        chosen = [rows[row] for row in choose_evenly(len(rows), job.answers or len(rows))]
        lines = {row.line for row in chosen}
        chats = [chat for chat in read_chat_rows(job.data_file) if chat.line in lines]
        answers = generate_answers(opened.model, opened.tokenizer, chosen, 0)
        records = judge_answers(chats, answers)
        write_answers(job.output_dir, records)
        return sum_up(records)

    def release(self) -> None:
        """Lets go of the model, so that its memory is free for other work."""
        self._opened = None

    def _open(self, job: EvaluateJob) -> "OpenModel":
        if self._opened is None or self._opened.name != job.model:
            self.release()
            self._opened = open_model(job.model, job.threads)
        return self._opened


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A loaded model under the name it was asked for, and the settings its adapter was trained with."""

    name: str
    subject: Subject
    settings: TrainSettings
    tokenizer: Any
    model: Any


def summarise(
    model: str, losses: Sequence[RowLoss], report: TokenReport, base_loss: float | None
) -> EvalMetrics:
    """Row losses as metrics; pure."""
    domains = sorted({row.domain for row in losses})
    overall = _measure(losses)
    return EvalMetrics(
        model=model,
        rows_read=report.rows_read,
        skipped={reason: rows.count for reason, rows in report.dropped.items()},
        per_domain={name: _measure([row for row in losses if row.domain == name]) for name in domains},
        base_loss=base_loss,
        **overall.model_dump(),
    )


def _row_records(
    data_file: Path, rows: Sequence[TokenRow], losses: Sequence[RowLoss]
) -> Iterator[RowLossRecord]:
    """Each measured row with its place in the file and its answer's length."""
    answer_bytes = {chat.line: chat.answer_bytes for chat in read_chat_rows(data_file)}
    for row, loss in zip(rows, losses, strict=True):
        yield RowLossRecord(
            line=row.line,
            domain=row.domain,
            loss_sum=loss.loss_sum,
            tokens=loss.tokens,
            token_digest=hash_key(row.trained_ids.tolist()),
            answer_bytes=answer_bytes[row.line],
        )


def _measure(losses: Sequence[RowLoss]) -> DomainLoss:
    loss = mean_loss(losses)
    return DomainLoss(
        loss=loss,
        perplexity=perplexity(loss),
        rows=len(losses),
        tokens=sum(row.tokens for row in losses),
    )


def find_subject(model: str) -> Subject:
    """Finds and checks, before anything heavy is loaded, what `model` is.

    Raises InputError when it is neither an adapter folder nor a base, or is damaged.
    """
    folder = Path(model).expanduser()
    if model == NANO:
        raise InputError("nano is built anew for each training", hint="give the folder of an adapter")
    if not (folder / ADAPTER_CONFIG).is_file():
        if (folder / IDENTITY_FILE).is_file():
            raise InputError(
                "the training here is not finished, there is no adapter yet",
                where=folder,
                hint="training.log has its loss on the validation rows; its own command goes on with it",
            )
        check_base(model)
        return Subject(model, None)
    base = adapter_base(folder)
    if isinstance(base, Path):
        check_base_folder(base)
    else:
        check_base(base)
    return Subject(base, folder)


def open_model(name: str, threads: int) -> OpenModel:
    """Loads an adapter on its base, or a base. Raises InputError when it can't be used."""
    import torch

    from afs_engine.stages.training.base_model import load_model, load_tokenizer, refuse_4bit_without_gpu

    subject = find_subject(name)
    torch.set_num_threads(threads)
    refuse_4bit_without_gpu(str(subject.base))
    settings = (read_settings(subject.adapter) if subject.adapter else None) or TrainSettings()
    tokenizer = load_tokenizer(subject.tokenizer)
    model = load_model(subject.base)
    if subject.adapter:
        model = load_with_adapter(model, subject.adapter)
    return OpenModel(name, subject, settings, tokenizer, model)


def _prepare(job: EvaluateJob, opened: OpenModel, emit: Emit) -> tuple[Sequence[TokenRow], TokenReport]:
    prompt = opened.settings.system_prompt if job.system_prompt is None else job.system_prompt
    tokeniser = RowTokeniser(opened.tokenizer, prompt, opened.settings.thinking)
    rule = MaskRule(job.max_length or opened.settings.max_length)
    rows, report = prepare_rows(job.data_file, tokeniser, rule)
    if report.dropped:
        emit(LogLine(level="warning", text=f"{report.file}: skipped {describe(report.dropped)}"))
    return rows, report
