"""The checkpoints of one training: where they lie, which is the newest good one, which may go.

A checkpoint is a sealed folder `checkpoint-STEP`. It must not know what is in one.
"""

from dataclasses import dataclass
from pathlib import Path

from afs_engine.stages.training.sealed import discard, find_damage, sweep_leftovers

CHECKPOINTS = "checkpoints"
"""The subfolder of a training that holds them."""
_PREFIX = "checkpoint-"


@dataclass(frozen=True, slots=True)
class SkippedCheckpoint:
    """A checkpoint that can't be trusted, and why."""

    path: Path
    reason: str


def checkpoint_folder(parent: Path, step: int) -> Path:
    """Where the checkpoint of an optimizer step lies."""
    return parent / f"{_PREFIX}{step}"


def checkpoint_step(folder: Path) -> int:
    """The optimizer step a checkpoint was made after."""
    return int(folder.name.removeprefix(_PREFIX))


def list_checkpoints(parent: Path) -> list[Path]:
    """All checkpoint folders, newest first."""
    found = [path for path in parent.glob(f"{_PREFIX}*") if path.name.removeprefix(_PREFIX).isdecimal()]
    return sorted(found, key=checkpoint_step, reverse=True)


def find_newest(parent: Path) -> tuple[Path | None, list[SkippedCheckpoint]]:
    """The newest checkpoint that verifies, and the newer ones that don't."""
    sweep_leftovers(parent)
    skipped: list[SkippedCheckpoint] = []
    for folder in list_checkpoints(parent):
        damage = "it is a link" if folder.is_symlink() else find_damage(folder)
        if damage is None:
            return folder, skipped
        skipped.append(SkippedCheckpoint(folder, damage))
    return None, skipped


def keep_newest(parent: Path, count: int, step: int, best: int | None = None) -> None:
    """Removes all but the newest `count` checkpoints up to `step`, and the one of step `best`.

    What lies beyond `step`, where training stands, was skipped as damaged and counts for nothing.
    """
    made = [folder for folder in list_checkpoints(parent) if checkpoint_step(folder) <= step]
    for folder in made[count:]:
        if checkpoint_step(folder) != best:
            discard(folder)
