"""What the training screen shows before a run: the settings, the size of the work, and this machine."""

from dataclasses import dataclass
from typing import Literal

SettingKind = Literal["choice", "whole number", "number", "text", "switch", "list"]


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One key of [train]. `value` is the one in force as text, "" where `unset` says what holds.

    `choices` are the allowed values of a choice. `is_written` says that the recipe has the key.
    """

    key: str
    kind: SettingKind
    value: str
    default: str
    choices: tuple[str, ...]
    is_written: bool
    about: str
    unset: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the expected and the most of something."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True, slots=True)
class TrainingNeed:
    """What the training is forecast to need. `seconds` is None until the data is converted.

    `memory_bytes` is the peak of `memory_kind`. `smaller` is a change that makes it fit, "" where it
    fits or none does.
    """

    memory_kind: Literal["RAM", "VRAM"]
    memory_bytes: Spread
    seconds: Spread | None
    fits: Literal["yes", "tight", "no"]
    smaller: str


@dataclass(frozen=True, slots=True)
class TrainingView:
    """`rows` of the training set and `steps` of the optimizer are None until the data is balanced.

    `need` is None where the base's shape is not known. `gpu` is "" where there is none.
    """

    settings: tuple[SettingLine, ...]
    rows: int | None
    steps: int | None
    need: TrainingNeed | None
    cpus: int
    memory_bytes: int
    memory_free_bytes: int
    gpu: str
