"""Counting the records of a source: every record read is used or skipped for a named reason.

Pure bookkeeping, filled by an exporter while it reads; knows no format.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class RecordCounts:
    """read = used + sum(skipped.values()), once an exporter is through.

    `samples` counts what was made of the used records (one answer may span many records, one
    record may give many samples). `unknown` counts record types that no rule knows; they are
    also in `skipped` under "unknown type".
    """

    read: int = 0
    used: int = 0
    samples: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def skip(self, reason: str, count: int = 1) -> None:
        """Counts records that give no sample, under a short plain reason."""
        self.skipped[reason] += count

    @property
    def missing(self) -> int:
        """Records unaccounted for: 0 when the exporter did its duty."""
        return self.read - self.used - sum(self.skipped.values())
