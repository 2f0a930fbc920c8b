"""What the training screen shows before a run: the settings, the size of the work, and this machine."""

from dataclasses import dataclass
from typing import Literal

SettingKind = Literal["choice", "whole number", "number", "text", "switch", "list"]


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One key of [train]. `value` is the one in force as text, "" where the engine chooses.

    `choices` are the allowed values of a choice. `is_written` says that the recipe has the key.
    """

    key: str
    kind: SettingKind
    value: str
    default: str
    choices: tuple[str, ...]
    is_written: bool
    about: str


@dataclass(frozen=True, slots=True)
class TrainingView:
    """`rows` of the training set and `steps` of the optimizer are None until the data is balanced.

    `gpu` is "" where there is none.
    """

    settings: tuple[SettingLine, ...]
    rows: int | None
    steps: int | None
    cpus: int
    memory_bytes: int
    memory_free_bytes: int
    gpu: str
