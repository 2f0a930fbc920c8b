"""What the pipeline screen shows: the stages of a recipe, their state, and why one would run."""

from dataclasses import dataclass
from typing import Literal

StageState = Literal["cached", "would run"]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source; `rows` is None until it has been exported once."""

    name: str
    kind: str
    path: str
    state: StageState
    rows: int | None


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage; rows are None where it would run. `why` says what makes it run, "" where it is cached."""

    stage: str
    state: StageState
    rows_in: int | None
    rows_out: int | None
    why: str


@dataclass(frozen=True, slots=True)
class PipelineView:
    """`last_run` is the newest run of this recipe's name, "" where there is none."""

    run_name: str
    base_model: str
    last_run: str
    sources: tuple[SourceLine, ...]
    stages: tuple[StageLine, ...]
