"""The folder of a saved ELECTRA: whether it can be used, and which one it is.

Owns what must be in it and the digest that a cached score depends on. Imports neither torch nor
transformers, so that a missing model is told at once.
"""

from collections.abc import Mapping
from pathlib import Path

from afs_engine.data.digest import hash_files
from afs_engine.errors import InputError, MissingPartError

CONFIG_FILE = "config.json"
OPENVINO_FOLDER = "openvino"
_READ_PATTERNS = ("*.json", "*.safetensors", "*.txt", f"{OPENVINO_FOLDER}/*.xml", f"{OPENVINO_FOLDER}/*.bin")
_REAL_NAMES = frozenset({"real", "original", "human"})


def check_model_folder(folder: Path) -> None:
    """Raises MissingPartError where `folder` is not there, InputError where it holds no usable model.

    Only safetensors weights are accepted: a pickle can run code when it is loaded.
    """
    if not folder.is_dir():
        raise MissingPartError(
            "there is no discriminator in this folder",
            where=folder,
            hint="make one with `afs discriminator train`, or score with --no-electra",
        )
    if not (folder / CONFIG_FILE).is_file():
        raise InputError(f"not a saved model: {CONFIG_FILE} is missing", where=folder)
    if not any(folder.glob("*.safetensors")):
        raise InputError(
            "the model has no safetensors weights",
            where=folder,
            hint="save it again with save_pretrained(folder); pickled weights are never loaded",
        )


def digest_model_folder(folder: Path) -> str:
    """32 hex digits over every file that takes part in a score."""
    paths = {path for pattern in _READ_PATTERNS for path in folder.glob(pattern) if path.is_file()}
    return hash_files(sorted(paths))


def find_real_label(names: Mapping[int, str]) -> int:
    """The index of the label that means "not made up": named real, original or human, else the last.

    `names` is the model's own `id2label`.
    """
    for index, name in sorted(names.items()):
        if name.lower() in _REAL_NAMES:
            return index
    return max(names)
