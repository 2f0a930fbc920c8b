"""Counting the records of a source: every record read is used or skipped for a named reason.

Pure bookkeeping, filled by an exporter while it reads; knows no format.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from afs_engine.data.jsonl_block import BadLine


@dataclass(slots=True)
class RecordCounts:
    """read = used + sum(skipped.values()), once an exporter is through.

    `samples` counts what was made of the used records (one answer may span many records, one
    record may give many samples). `unknown` counts record types that no rule knows; they are
    also in `skipped` under "unknown type". `on_refused` is told of every line that could not be read,
    with the file it stands in: a quarantine's `add`; None: such lines are only counted.
    """

    read: int = 0
    used: int = 0
    samples: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    on_refused: Callable[[Path, BadLine], None] | None = field(default=None, compare=False, repr=False)

    def skip(self, reason: str, count: int = 1) -> None:
        """Counts records that give no sample, under a short plain reason."""
        if count:
            self.skipped[reason] += count

    @property
    def missing(self) -> int:
        """Records unaccounted for: 0 when the exporter did its duty."""
        return self.read - self.used - sum(self.skipped.values())
