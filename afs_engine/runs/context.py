"""What every step of a run is given: the recipe, the workspace, the store, and where events go."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.digest import hash_key
from afs_engine.data.input_digests import InputDigests
from afs_engine.data.ledger import Ledger
from afs_engine.data.store import Entry, Store
from afs_engine.events import AnyEvent, LogLine, Progress
from afs_engine.runs.recipe import Recipe
from afs_engine.runs.training_check import train_here
from afs_engine.runs.workspace import Workspace
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.settings import TrainJob

Trainer = Callable[[TrainJob, Callable[[AnyEvent], None]], TrainResult]


@dataclass(frozen=True)
class StepContext:
    """Shared by the steps of one run; nothing in it changes."""

    recipe: Recipe
    run_dir: Path
    workspace: Workspace
    store: Store
    input_digests: InputDigests
    emit: Callable[[AnyEvent], None]
    train: Trainer = train_here  # here, or on a rented machine

    def progress(
        self, stage: str, done: int, total: int | None = None, *, unit: str = "rows", note: str = ""
    ) -> None:
        self.emit(Progress(stage=stage, done=done, total=total, unit=unit, note=note))

    def warn(self, text: str) -> None:
        self.emit(LogLine(level="warning", text=text))


@dataclass(frozen=True)
class StepOutcome:
    """The stored results that make up one stage, in order, and its ledgers."""

    stage: str
    entries: list[Entry]
    ledgers: list[Ledger]
    warnings: tuple[str, ...] = ()

    @property
    def executed(self) -> bool:
        return any(entry.executed for entry in self.entries)

    @property
    def digest(self) -> str:
        digests = [entry.result.digest for entry in self.entries]
        return digests[0] if len(digests) == 1 else hash_key(digests)

    @property
    def rows_in(self) -> int:
        return sum(ledger.rows_in for ledger in self.ledgers)

    @property
    def rows_out(self) -> int:
        return sum(ledger.rows_out for ledger in self.ledgers)


def outcome_of(stage: str, *entries: Entry) -> StepOutcome:
    """The outcome of a stage that is made of these results."""
    return StepOutcome(stage, list(entries), [ledger for entry in entries for ledger in entry.result.ledgers])
