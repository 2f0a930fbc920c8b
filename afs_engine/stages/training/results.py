"""What a training and an evaluation give back: token report, train result, metrics.

Plain data that crosses the process border as JSON. It must not import anything that computes it.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from afs_engine.errors import WorkerError
from afs_engine.stages.training.forecast.measured import MeasuredTraining

TRAIN_RESULT = "train_result.json"
EVAL_RESULT = "eval_metrics.json"
TOKEN_REPORT = "tokens.json"


class _Result(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FaultyRows(_Result):
    """Rows with one fault: how many, and the line numbers (1-based) of the first of them."""

    count: int
    lines: list[int]


class TokenReport(_Result):
    """One file's rows as the model sees them, made before the first step.

    rows_read = rows_kept + the counts of `dropped`. Tokens count the kept rows only; `lengths` maps
    an upper bound in tokens (a power of two) to the number of rows up to it. Rows `warned` of and rows
    `truncated` are kept.
    """

    file: str
    rows_read: int
    rows_kept: int
    truncated: int = 0
    dropped: dict[str, FaultyRows]
    warned: dict[str, FaultyRows]
    total_tokens: int
    trained_tokens: int
    longest_row: int
    lengths: dict[int, int]


class TrainResult(_Result):
    """What a training did. Losses are means per trained token; None is "not measured".

    `train_loss_first` and `train_loss_last` average the first and last tenth of the steps;
    `val_loss_first` is the untouched base's. `wall_seconds` and `peak_rss_bytes` are those of the
    process that finished it, which after an interruption did only the rest. `digests` maps a file
    of the folder to its sha256. `best_step` is whose weights were kept, with early stopping; then
    `val_loss_last` is that step's.
    """

    name: str
    base_model: str
    steps: int
    epochs: int
    resumed_from_step: int
    train_rows: int
    trained_tokens: int
    trainable_parameters: int
    total_parameters: int
    train_loss_first: float
    train_loss_last: float
    val_loss_first: float | None
    val_loss_last: float | None
    wall_seconds: float
    peak_rss_bytes: int
    versions: dict[str, str]
    digests: dict[str, str]
    backend: str = "trl"
    best_step: int | None = None
    measured: MeasuredTraining | None = None


class DomainLoss(_Result):
    """Loss per trained token of one domain's rows; `perplexity` None is beyond a float."""

    loss: float
    perplexity: float | None
    rows: int
    tokens: int


class AnswerMeasure(_Result):
    """Generated answers against the expected ones: shares from 0 to 1, `chrf` from 0 to 100.

    `assembles` is the share of the `assembly_rows`, whose expected answer holds assembly; None without any.
    """

    rows: int
    exact: float
    contained: float
    chrf: float
    assembly_rows: int
    assembles: float | None


class AnswerMetrics(AnswerMeasure):
    """All answers, those of each domain, and those of each feature that a question suite names."""

    per_domain: dict[str, AnswerMeasure]
    per_feature: dict[str, AnswerMeasure]


class EvalMetrics(DomainLoss):
    """A whole file's loss. rows_read = rows + the sum of `skipped`.

    `base_loss` is the base model's loss on the same tokens, `answers` the measures of what the model
    generated, where they were asked for.
    """

    model: str
    rows_read: int
    skipped: dict[str, int]
    per_domain: dict[str, DomainLoss]
    base_loss: float | None = None
    answers: AnswerMetrics | None = None


def read_train_result(folder: Path) -> TrainResult | None:
    """The result a finished training left in `folder`; None where there is none, or a damaged one."""
    try:
        return TrainResult.model_validate_json((folder / TRAIN_RESULT).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def read_eval_metrics(folder: Path) -> EvalMetrics:
    """What an evaluation left in its output folder. Raises WorkerError when it can't be read."""
    path = folder / EVAL_RESULT
    try:
        return EvalMetrics.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WorkerError("the worker's result can't be read", where=path) from error
