"""What can be counted in an answer once and for all: its characters and the console's addresses in it.

Owns the columns that stand in for the texts where no component needs more. Which addresses are known
without a person's source tree is `memory_map`'s to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.columns import read_columns, write_columns
from afs_engine.stages.scoring.entity import count_entities
from afs_engine.stages.scoring.entity_table import EntityTable

VERSION = 1
"""Raised when a text's counts change."""

_ADDRESS_COLUMNS = ("known", "judged")
_COUNTED_CHARS = 2 << 20
Blocks = tuple[NDArray[np.uint32], NDArray[np.uint32]]


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """A row each: characters, addresses that the console documents, and those it can be asked about."""

    chars: NDArray[np.uint32]
    known: NDArray[np.uint32]
    judged: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.chars)

    def take(self, rows: NDArray[np.intp] | slice) -> "AnswerCounts":
        """The counts of these rows."""
        return AnswerCounts(self.chars[rows], self.known[rows], self.judged[rows])


class AddressCounter:
    """Counts addresses while answers pass; call it with each block."""

    def __init__(self) -> None:
        self._blocks: list[Blocks] = []
        self._waiting: list[str] = []
        self._waiting_chars = 0

    def __call__(self, outputs: Sequence[str]) -> None:
        """Takes some answers, counted with later ones: a small search costs nearly as much as a large one."""
        self._waiting += outputs
        self._waiting_chars += sum(map(len, outputs))
        if self._waiting_chars >= _COUNTED_CHARS:
            self._count()

    def _count(self) -> None:
        known, judged = count_entities(self._waiting, EntityTable())
        self._blocks.append((known.astype(np.uint32), judged.astype(np.uint32)))
        self._waiting, self._waiting_chars = [], 0

    def write(self, path: Path) -> None:
        """Writes the columns, a row an answer in the order they came."""
        self._count()
        known, judged = (np.concatenate(column) for column in zip(*self._blocks, strict=True))
        write_columns(path, dict(zip(_ADDRESS_COLUMNS, (known, judged), strict=True)))


def read_answer_counts(path: Path, chars: NDArray[np.uint32]) -> AnswerCounts:
    """The counts that an `AddressCounter` wrote, beside the answers' characters."""
    columns = read_columns([path], _ADDRESS_COLUMNS)
    return AnswerCounts(chars, columns["known"], columns["judged"])
