"""What the scores screen shows: which samples are scored, their scores as sorted columns, and rows.

Data only. The columns of a million samples travel as a file that is mapped, not read.
"""

from dataclasses import dataclass
from typing import Literal

Grouping = Literal["domain", "source"]


@dataclass(frozen=True, slots=True)
class ScoredPart:
    """One scored source: its name, and the stored folders of its rows and of its scores."""

    source: str
    rows_folder: str
    scores_folder: str


@dataclass(frozen=True, slots=True)
class ScoresView:
    """`missing` names the stage that must run first ("export", "score"), "" where all is there."""

    missing: str
    profile: str
    profiles: tuple[str, ...]
    """All that may be chosen: the built-in ones, then the recipe's own."""
    threshold: float | None
    rows: int
    parts: tuple[ScoredPart, ...]


@dataclass(frozen=True, slots=True)
class GroupSlice:
    """Where a group's scores stand in the file, in floats; and how many of its rows have none."""

    name: str
    start: int
    count: int
    unscored: int


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """One component (or "overall") by domain or by source; groups in order of name."""

    component: str
    grouping: Grouping
    groups: tuple[GroupSlice, ...]


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """A file of 32-bit floats in this machine's order, ascending within each group; the reader removes it.

    A component that no row was measured by is left out.
    """

    path: str
    columns: tuple[ScoreColumn, ...]


NEAR_LINE = "near the line"
"""A sort: the samples just under the threshold first, then ever lower ones, then those above it."""


@dataclass(frozen=True, slots=True)
class SampleOrder:
    """How samples are listed. `sort`: NEAR_LINE, "overall", a component, "domain", "source", "output_chars".

    `threshold` is the line of NEAR_LINE; `wanted` a filter such as "domain:asm text".
    """

    sort: str = NEAR_LINE
    is_descending: bool = False
    threshold: float | None = None
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One sample in a list. Scores are None where they were not measured."""

    row: int
    overall: float | None
    components: dict[str, float | None]
    domain: str
    source: str
    output_chars: int
    instruction: str
    """Its start, as it is stored."""


@dataclass(frozen=True, slots=True)
class ComponentShare:
    """What one component gave to a score: `weight` is its part of the whole, None where it took no part."""

    name: str
    value: float | None
    weight: float | None


@dataclass(frozen=True, slots=True)
class SampleView:
    """One sample whole (long texts cut), and why it has its score."""

    row: int
    overall: float | None
    profile: str
    components: tuple[ComponentShare, ...]
    domain: str
    source: str
    sample_id: str
    bytes_stored: int
    instruction: str
    input: str
    output: str
    thinking: str
