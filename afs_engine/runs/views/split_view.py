"""What the split screen shows: sides by domain, lengths, groups, the leak certificate, rows as trained."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DomainSides:
    """The rows of one domain on each side."""

    domain: str
    train: int
    val: int
    test: int


@dataclass(frozen=True, slots=True)
class LengthBin:
    """Rows of about this many tokens; `upto_tokens` is the bin's upper end, None for the last one."""

    upto_tokens: int | None
    train: int
    val: int
    test: int


@dataclass(frozen=True, slots=True)
class LeakFacts:
    """The certificate. `near_pairs` is None where near copies were not searched."""

    exact_pairs: int
    near_pairs: int | None
    method: str


@dataclass(frozen=True, slots=True)
class SplitView:
    """`missing` names the stage that has to run first, "" where the split is known.

    `leak` is None until the data files have been written once.
    """

    missing: str
    sides: tuple[DomainSides, ...]
    groups: int
    largest_group: int
    lengths: tuple[LengthBin, ...]
    leak: LeakFacts | None
    format: str
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChatPart:
    """One piece of a row as it is trained; a masked piece is read, but not learned."""

    role: str
    text: str
    is_trained: bool


@dataclass(frozen=True, slots=True)
class TrainedRow:
    """A row of the train side, as a conversation and as its line in the chosen format."""

    domain: str
    score: float | None
    parts: tuple[ChatPart, ...]
    line: str
