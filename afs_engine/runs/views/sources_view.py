"""What the sources screen shows: the recipe's sources, those found on this machine, and one from inside."""

from dataclasses import dataclass
from typing import Literal

SourceState = Literal["exported", "not exported", "missing", "found"]


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source. `place` is its number in the recipe, None for one that was only found here.

    `sessions` are conversations or files; counts are None where they were not made. `newest` is an ISO
    time, "" where it is not known. `redacted` and `quarantined` are of the export.
    """

    name: str
    kind: str
    path: str
    place: int | None
    state: SourceState
    rows: int | None
    sessions: int | None
    size_bytes: int | None
    newest: str
    domains: tuple[str, ...]
    redacted: int | None
    quarantined: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class NamedCount:
    """How many of something."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class RowPreview:
    """The start of one exported row; `instruction` and `output` are cut."""

    domain: str
    instruction: str
    output: str


@dataclass(frozen=True, slots=True)
class QuarantinedLine:
    """A line that was refused, where it stands, and why; `raw` is its start."""

    file: str
    line: int
    reason: str
    detail: str
    raw: str


@dataclass(frozen=True, slots=True)
class SourceInside:
    """An exported source from inside. `skipped` are records that gave no row, by reason."""

    name: str
    rows: int
    read: int | None
    skipped: tuple[NamedCount, ...]
    redacted: tuple[NamedCount, ...]
    preview: tuple[RowPreview, ...]
    quarantined: tuple[QuarantinedLine, ...]
