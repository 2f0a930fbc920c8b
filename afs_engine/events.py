"""The events of a run: typed records that the journal stores, the CLI prints and the TUI draws.

Names are in the past tense or name a measurement. This file knows nothing of who writes or reads
them; it must stay importable without any heavy package.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Event(BaseModel):
    """What every event carries: seconds since the epoch, set by the journal when it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    at: float = 0.0


class RunStarted(Event):
    type: Literal["RunStarted"] = "RunStarted"
    name: str
    run_dir: str
    recipe: str
    resumed: bool = False


class StageStarted(Event):
    type: Literal["StageStarted"] = "StageStarted"
    stage: str


class StageFinished(Event):
    """`state` is "executed" or "cached"; `digest` is that of the stage's output."""

    type: Literal["StageFinished"] = "StageFinished"
    stage: str
    state: Literal["executed", "cached"]
    digest: str
    rows_in: int = 0
    rows_out: int = 0
    seconds: float = 0.0


class Progress(Event):
    """`total` is None where it is not known; `unit` says what is counted."""

    type: Literal["Progress"] = "Progress"
    stage: str
    done: int
    total: int | None = None
    unit: str = "rows"
    note: str = ""


class MetricPoint(Event):
    """One measured value at one optimizer step, e.g. name="train_loss"."""

    type: Literal["MetricPoint"] = "MetricPoint"
    name: str
    step: int
    value: float


class MemorySample(Event):
    """Memory of the worker's process tree and, where there is one, of the GPU; in bytes."""

    type: Literal["MemorySample"] = "MemorySample"
    rss_bytes: int
    vram_bytes: int | None = None


class CheckpointSaved(Event):
    type: Literal["CheckpointSaved"] = "CheckpointSaved"
    step: int
    path: str


class RentalChanged(Event):
    """A rented machine got into another state; `note` says why, for a person."""

    type: Literal["RentalChanged"] = "RentalChanged"
    rental_id: str
    state: str
    instance_id: int | None = None
    note: str = ""


class CostTick(Event):
    """What a rental has cost so far, in dollars: the most it can be, and the best estimate."""

    type: Literal["CostTick"] = "CostTick"
    at_most_usd: float
    metered_usd: float
    committed_usd: float
    usd_per_hour: float


class BudgetAlarm(Event):
    """A run's spending has reached `percent` of its budget."""

    type: Literal["BudgetAlarm"] = "BudgetAlarm"
    percent: int
    spent_usd: float
    budget_usd: float


class LogLine(Event):
    type: Literal["LogLine"] = "LogLine"
    level: Literal["debug", "info", "warning", "error"] = "info"
    text: str


class RunFinished(Event):
    """The last event of a run that ended well.

    `digests` maps a file of the run (path in its folder) to its sha256.
    """

    type: Literal["RunFinished"] = "RunFinished"
    run_dir: str
    stages: dict[str, Literal["executed", "cached"]]
    digests: dict[str, str]


class RunFailed(Event):
    """The last event of a run that did not; `exit_code` is what the program exits with."""

    type: Literal["RunFailed"] = "RunFailed"
    error: str
    hint: str = ""
    stage: str = ""
    exit_code: int = 1


AnyEvent = Annotated[
    RunStarted
    | StageStarted
    | StageFinished
    | Progress
    | MetricPoint
    | MemorySample
    | CheckpointSaved
    | RentalChanged
    | CostTick
    | BudgetAlarm
    | LogLine
    | RunFinished
    | RunFailed,
    Field(discriminator="type"),
]

_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def parse_event(line: bytes | str) -> AnyEvent:
    """The event that one journal line holds. Raises pydantic.ValidationError on a foreign line."""
    return _ADAPTER.validate_json(line)
