"""The ledger: what became of every row of a stage.

Pure arithmetic over counts. A stage that can't account for a row fails here, whatever it wrote.
"""

from collections import Counter

from pydantic import BaseModel, ConfigDict, Field

from afs_engine.data.counted import counted
from afs_engine.errors import EmptyResultError, LedgerError


class Ledger(BaseModel):
    """rows_in + repeated = rows_out + sum(dropped) + merged + quarantined, always.

    `repeated` counts extra copies made by oversampling. `dropped` maps a reason to a count;
    `notes` holds counts that explain but do not balance (e.g. records read per kind).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    stage: str
    rows_in: int = Field(ge=0)
    rows_out: int = Field(ge=0)
    dropped: dict[str, int] = Field(default_factory=dict)
    merged: int = Field(default=0, ge=0)
    quarantined: int = Field(default=0, ge=0)
    repeated: int = Field(default=0, ge=0)
    notes: dict[str, int] = Field(default_factory=dict)

    @property
    def missing(self) -> int:
        """Rows that are not accounted for; 0 in a sound ledger, negative where rows were invented."""
        gone = sum(self.dropped.values()) + self.merged + self.quarantined
        return self.rows_in + self.repeated - self.rows_out - gone

    def checked(self) -> "Ledger":
        """Itself, or LedgerError when it does not balance, EmptyResultError when all is gone."""
        if self.missing:
            raise LedgerError(
                f"stage '{self.stage}' lost count of {counted(self.missing, 'row')} "
                f"({self.rows_in} in, {self.rows_out} out)",
                hint="this is a defect of AFS, please report it with ledger.json",
            )
        if self.rows_in and not self.rows_out:
            raise EmptyResultError(
                f"stage '{self.stage}' would drop {_all_of(self.rows_in)}: {self.reasons()}",
                hint="loosen the rule that dropped them, or remove the stage's filter",
            )
        return self

    def reasons(self) -> str:
        """Why rows went, most frequent first, for one line of text."""
        counts = Counter(self.dropped)
        if self.merged:
            counts["merged"] = self.merged
        if self.quarantined:
            counts["quarantined"] = self.quarantined
        return ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common()) or "none"


def _all_of(rows: int) -> str:
    return "its only row" if rows == 1 else f"all {counted(rows, 'row')}"
