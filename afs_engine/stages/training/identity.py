"""What a training folder belongs to: the settings, data and versions that decide its bytes.

Owns the file `training.json`; whose a folder is, is decided in `claim`. Holds no path and no clock, so
that two workspaces with one recipe write the same file.
"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from afs_engine.data.digest import hash_files, sha256_file
from afs_engine.errors import InputError
from afs_engine.stages.training.base_check import local_base
from afs_engine.stages.training.settings import TrainJob, TrainSettings

IDENTITY_FILE = "training.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
ADAPTER_CONFIG = "adapter_config.json"
_PACKAGES = ("torch", "transformers", "peft", "trl", "tokenizers")


class TrainingIdentity(BaseModel):
    """Holds no path but the base's; see `_digest_base` for `base_digest`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    settings: TrainSettings
    train_sha256: str
    val_sha256: str
    base_digest: str
    versions: dict[str, str]


def identify(job: TrainJob) -> TrainingIdentity:
    """The identity of a job, on this machine's packages."""
    return TrainingIdentity(
        settings=job.settings,
        train_sha256=sha256_file(job.train_file),
        val_sha256=sha256_file(job.val_file) if job.val_file else "",
        base_digest=_digest_base(job.settings.base_model),
        versions={name: _version(name) for name in _PACKAGES},
    )


def _digest_base(base_model: str) -> str:
    """Of a base's folder its small files and its weights' sizes; hashing the weights would take minutes.

    Empty for nano, which follows from the data, and for a hub name.
    """
    folder = local_base(base_model)
    if folder is None:
        return ""
    sizes = "".join(f"{path.name}:{path.stat().st_size};" for path in sorted(folder.glob("*.safetensors")))
    return hash_files(sorted(folder.glob("*.json"))) + sizes


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def read_settings(folder: Path) -> TrainSettings | None:
    """The settings an adapter folder was trained with; None for a folder that is not ours."""
    path = folder / IDENTITY_FILE
    return read_identity(path).settings if path.is_file() else None


def read_identity(path: Path) -> TrainingIdentity:
    """What a `training.json` says. Raises InputError for one that is not ours."""
    try:
        return TrainingIdentity.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InputError(
            "not a training file of this version", where=path, hint="choose another output folder"
        ) from error
