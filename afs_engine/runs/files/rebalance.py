"""Stand-alone rebalancing: input files to one file with the shares asked for."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.data.ledger import Ledger
from afs_engine.runs.files.load import loaded_files
from afs_engine.runs.files.write import write_rows
from afs_engine.stages.mixing.balance import BalanceRules, balance
from afs_engine.stages.mixing.candidates import collect_candidates
from afs_engine.stages.mixing.shares import Share


class RebalanceReport(BaseModel):
    """What a rebalance wrote and what became of the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    output: str
    rows: int
    shares: list[Share]
    ledger: Ledger
    quarantine: str | None


def rebalance_files(inputs: Sequence[Path], output: Path, rules: BalanceRules) -> RebalanceReport:
    """Writes the balanced rows, unchanged, to `output`. Raises UsageError, InputError, StorageError."""
    with loaded_files(inputs, output) as loaded:
        balanced = balance(collect_candidates(loaded.rowsets, loaded.stems), rules, stage="rebalance")
        write_rows(loaded.rowsets, {output: balanced.rows})
        return RebalanceReport(
            output=str(output),
            rows=len(balanced.rows),
            shares=balanced.shares,
            ledger=loaded.account(balanced.ledger),
            quarantine=str(loaded.quarantine) if loaded.quarantine else None,
        )
