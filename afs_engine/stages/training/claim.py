"""Whose training a folder is: taken for a new one, gone on with, or refused.

A folder is resumed, or its finished result handed back, only for the training it was made by. It must
not know how one trains.
"""

from pathlib import Path
from typing import Any

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import InputError
from afs_engine.stages.training.adapter import BASE_FOLDER
from afs_engine.stages.training.checkpoints import CHECKPOINTS, list_checkpoints
from afs_engine.stages.training.identity import (
    ADAPTER_WEIGHTS,
    IDENTITY_FILE,
    TrainingIdentity,
    read_identity,
)
from afs_engine.stages.training.sealed import discard


def claim_folder(folder: Path, identity: TrainingIdentity) -> None:
    """Marks `folder` as this training's, or checks that it is.

    A folder in which another training made no checkpoint is taken over. Raises InputError, with what
    differs, when there is something of another's to lose.
    """
    path = folder / IDENTITY_FILE
    if path.is_file():
        changed = _differences(read_identity(path), identity)
        if not changed:
            return
        if _holds_work(folder):
            raise InputError(
                f"the folder belongs to another training: {', '.join(changed[:4])}",
                where=folder,
                hint="choose another output folder, or remove this one",
            )
        if (folder / BASE_FOLDER).exists():
            discard(folder / BASE_FOLDER)  # built from the other's data
    elif (folder / ADAPTER_WEIGHTS).exists():
        raise InputError(
            "the folder holds an adapter already", where=folder, hint="choose another output folder"
        )
    write_atomic(path, identity.model_dump_json(indent=1).encode() + b"\n")


def _holds_work(folder: Path) -> bool:
    """Whether a training in `folder` came as far as a checkpoint."""
    return (folder / ADAPTER_WEIGHTS).exists() or bool(list_checkpoints(folder / CHECKPOINTS))


def _differences(old: TrainingIdentity, new: TrainingIdentity) -> list[str]:
    before, after = _flat(old), _flat(new)
    return [
        f"{key} {_short(before.get(key))} -> {_short(after.get(key))}"
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _flat(identity: TrainingIdentity) -> dict[str, Any]:
    fields: dict[str, Any] = identity.model_dump()
    for group in ("settings", "versions"):
        fields.update(fields.pop(group))
    return fields


def _short(value: Any) -> str:
    text = "none" if value in (None, "") else str(value)
    return f"{text[:12]}..." if len(text) > 24 else text
