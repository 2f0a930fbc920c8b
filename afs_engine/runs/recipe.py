"""The recipe: everything a run depends on, as typed sections.

Owns the names and defaults of every key. A recipe is data only; reading it from TOML with line
numbers is `recipe_file`, running it is `pipeline`. Must stay importable without heavy packages.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from afs_engine.stages.cloud.money.amounts import LARGEST_BUDGET_USD
from afs_engine.stages.redaction.user_rules import RedactionRules
from afs_engine.stages.scoring.config import ScoringConfig
from afs_engine.stages.sources.chat.options import ChatExportOptions
from afs_engine.stages.training.settings import TrainSettings

Share = Annotated[float, Field(ge=0, le=1)]
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"


class Section(BaseModel):
    """A table of the recipe: unknown keys are errors, and so are nan and infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class RunSection(Section):
    """`name` becomes the run's folder; `seed` decides every draw."""

    name: str = Field(default="run", pattern=NAME_PATTERN)
    seed: int = Field(default=42, ge=0)


class _Source(Section):
    """What every source has. `domain` replaces the domain of its rows."""

    name: str = Field(pattern=NAME_PATTERN)
    domain: str = ""


class JsonlSource(_Source):
    """A .jsonl, .jsonl.gz, .jsonl.zst or .parquet file."""

    kind: Literal["jsonl"]
    path: str


class PythonSource(_Source):
    """A generator class of the person's own. `args` are its keyword arguments.

    An argument that names an existing file or folder (relative to the recipe) becomes a `Path`
    and counts as an input of the source.
    """

    kind: Literal["python"]
    path: str
    class_name: str = Field(alias="class")
    args: dict[str, Any] = Field(default_factory=dict)


class MemorySource(_Source):
    kind: Literal["memory"]
    path: str = "~/.context/memory"


class HistorySource(_Source):
    kind: Literal["history"]
    path: str = "~/.context/history"


class OracleSource(_Source):
    """A source tree of 65816 assembly and Markdown docs."""

    kind: Literal["oracle"]
    path: str


class ChatSource(ChatExportOptions):
    """The logs of a coding agent. Without a path: where the vendor keeps them on this machine.

    Samples that score below `min_quality_score` by `score_profile` are left out; `limit` counts the rest.
    """

    name: str = Field(pattern=NAME_PATTERN)
    kind: Literal["claude", "codex", "gemini", "antigravity"]
    path: str = ""
    domain: str = ""
    min_quality_score: Share | None = None
    score_profile: str = "generic"


AnySource = Annotated[
    JsonlSource | PythonSource | MemorySource | HistorySource | OracleSource | ChatSource,
    Field(discriminator="kind"),
]


class RedactSection(RedactionRules):
    """Secrets and personal data in all sources are replaced by placeholders, unless switched off."""

    enabled: bool = True


class ScoreSection(Section):
    """`profile` for all rows, `profile_by_domain` for some; `profiles` defines own ones."""

    profile: str = "generic"
    profile_by_domain: dict[str, str] = Field(default_factory=dict)
    profiles: dict[str, ScoringConfig] = Field(default_factory=dict)
    min_quality_score: Share | None = None
    electra_model: str | None = None
    device: str = "cpu"
    batch_size: int = Field(default=32, ge=1)


class DedupSection(Section):
    """`near` also removes near-duplicates (Jaccard >= 0.8 over word 5-grams)."""

    near: bool = True


class SplitSection(Section):
    """Shares of the three sides, together 1; each domain is split in these shares."""

    train: Share = 0.8
    val: Share = 0.1
    test: Share = 0.1


class RehearsalSection(Section):
    """Rows of an earlier version's training set that are mixed in, so that it is not forgotten.

    `run` names an earlier run of this workspace (its sides are kept); `input` a training file.
    """

    run: str | None = Field(default=None, pattern=NAME_PATTERN)
    input: str | None = None
    version: str = ""
    ratio: Annotated[float, Field(ge=0, lt=1)] = 0.3
    top_ratio: Annotated[float, Field(gt=0, le=1)] = 0.3
    min_score: Share | None = None
    max_per_domain: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_origin(self) -> "RehearsalSection":
        if (self.run is None) == (self.input is None):
            raise ValueError("give either 'run' (an earlier run's name) or 'input' (a training file)")
        return self

    @property
    def label(self) -> str:
        """The version's name as provenance records it."""
        return self.version or self.run or "earlier"


class BalanceSection(Section):
    """Shares of the training set by name: a domain, the first part of one, or a source."""

    weights: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    max_per_domain: int | None = Field(default=None, ge=1)
    oversample: bool = False
    total: int | None = Field(default=None, ge=1)


class ConvertSection(Section):
    format: Literal["alpaca", "sharegpt", "openai", "chatml", "prompt-completion", "mlx"] = "openai"
    system_prompt: str = ""


class EvaluateSection(Section):
    """What the adapter is asked to answer itself; losses are always measured.

    `answers` rows of each held-out side, evenly spread. `suites` are files of questions by name; all of
    a suite is answered.
    """

    answers: int = Field(default=0, ge=0)
    suites: dict[Annotated[str, Field(pattern=NAME_PATTERN)], str] = Field(default_factory=dict)


class RegisterSection(Section):
    """`report_to` also tells another experiment tracker of a run that is registered."""

    tags: list[str] = Field(default_factory=list)
    notes: str = ""
    report_to: Literal["none", "trackio", "mlflow"] = "none"


class CloudSection(Section):
    """What may be rented to train this recipe with `cloud up`. Dollars, hours, gigabytes.

    `hours` is how long training is expected to take; it and `gpu_ram_gb` come from the forecast where
    they are not written. `max_hours` ends the rental whatever happens.
    """

    budget_usd: float | None = None
    day_usd: float | None = None
    month_usd: float | None = None
    hours: float = Field(default=1.0, gt=0, le=500)
    max_hours: float = Field(default=6.0, ge=0.5, le=720)
    gpu: str = ""
    gpu_ram_gb: float = Field(default=24.0, gt=0, le=10_000)
    disk_gb: float = Field(default=60.0, ge=10, le=10_000)
    min_reliability: Share = 0.95
    interruptible: bool = False
    image: str = Field(default="python:3.11-bookworm", pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,250}$")
    backup: str = ""

    @model_validator(mode="after")
    def _dollars_are_dollars(self) -> "CloudSection":
        for name in ("budget_usd", "day_usd", "month_usd"):
            value = getattr(self, name)
            if value is not None and not 0 < value <= LARGEST_BUDGET_USD:
                raise ValueError(f"{name} is no budget: plain US dollars above 0, at most 10,000")
        return self


class Recipe(Section):
    """One run, whole. Sections that are not written have the defaults above."""

    run: RunSection = Field(default_factory=RunSection)
    sources: list[AnySource] = Field(min_length=1)
    redact: RedactSection = Field(default_factory=RedactSection)
    score: ScoreSection = Field(default_factory=ScoreSection)
    dedup: DedupSection = Field(default_factory=DedupSection)
    split: SplitSection = Field(default_factory=SplitSection)
    rehearsal: RehearsalSection | None = None
    balance: BalanceSection = Field(default_factory=BalanceSection)
    convert: ConvertSection = Field(default_factory=ConvertSection)
    train: TrainSettings = Field(default_factory=TrainSettings)
    evaluate: EvaluateSection = Field(default_factory=EvaluateSection)
    cloud: CloudSection = Field(default_factory=CloudSection)
    register_: RegisterSection = Field(default_factory=RegisterSection, alias="register")
