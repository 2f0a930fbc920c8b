"""What can be counted in an answer once and for all: its characters and the console's addresses in it.

Owns the columns that stand in for the texts where no component needs more; they are stored with the
rows, under the export step's `VERSION`. Which addresses are known without a person's source tree is
`memory_map`'s to say.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.columns import ColumnsWriter, read_columns
from afs_engine.data.compiled import TextSpans, find_core
from afs_engine.data.text_rows import Answers
from afs_engine.stages.scoring.core_tables import core_tables
from afs_engine.stages.scoring.entity import count_entities
from afs_engine.stages.scoring.entity_table import EntityTable

_ADDRESS_COLUMNS = ("known", "judged")
_COUNTED_CHARS = 2 << 20


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
    """Counts addresses while answers pass, into columns in a new folder; call it with each block."""

    def __init__(self, folder: Path) -> None:
        self._columns = ColumnsWriter(folder, dict.fromkeys(_ADDRESS_COLUMNS, "uint32"))
        self._waiting: list[str] = []
        self._waiting_chars = 0

    def __call__(self, outputs: Answers) -> None:
        """Takes some answers. Texts are counted with later ones: a small search costs nearly as much as a
        large one. Where the compiled core has read the rows, it counts at once.
        """
        core = find_core()
        if core and isinstance(outputs, TextSpans):
            self._count()
            self._append(*core.count_addresses(outputs, core_tables(EntityTable().addresses)))
            return
        assert not isinstance(outputs, TextSpans), "only the core makes these"
        self._waiting += outputs
        self._waiting_chars += sum(map(len, outputs))
        if self._waiting_chars >= _COUNTED_CHARS:
            self._count()

    def _count(self) -> None:
        if self._waiting:
            self._append(*count_entities(self._waiting, EntityTable()))
        self._waiting, self._waiting_chars = [], 0

    def _append(self, known: NDArray[Any], judged: NDArray[Any]) -> None:
        self._columns.append(dict(zip(_ADDRESS_COLUMNS, (known, judged), strict=True)))

    def close(self) -> None:
        """Counts what is waiting and ends the columns."""
        self._count()
        self._columns.close()


def read_answer_counts(folder: Path, chars: NDArray[np.uint32]) -> AnswerCounts:
    """The counts that an `AddressCounter` wrote, beside the answers' characters."""
    columns = read_columns([folder], _ADDRESS_COLUMNS)
    return AnswerCounts(chars, columns["known"], columns["judged"])
