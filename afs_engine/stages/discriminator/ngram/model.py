"""The saved n-gram discriminator: its heads in one file of plain arrays, and scoring with them.

Owns the file `ngram.npz` (numpy's own format, read without pickles). Card and training are not known
here.
"""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afs_engine.data.atomic import atomic_file
from afs_engine.data.digest import hash_files
from afs_engine.errors import InputError
from afs_engine.stages.discriminator.blocks import MATERIALS, Material, material_of
from afs_engine.stages.discriminator.ngram.head import FEWEST_UNITS, Head, read_units
from afs_engine.stages.discriminator.ngram.text_verdict import SUMMARY_SIZE
from afs_engine.stages.discriminator.ngram.units import ALL_COLUMNS, COLUMNS

WEIGHTS_FILE = "ngram.npz"
_CODE_VERSION = "ngram 3"  # raise it with any change of a feature or of the arithmetic
_TEXTS_AT_ONCE = 2048
_ARRAYS = ("columns", "texts", "files")


class NgramModel:
    """Heads by material. A text of a material without a head has no score."""

    def __init__(self, heads: Mapping[Material, Head], digest: str = "") -> None:
        self._heads = dict(heads)
        self.version = f"{_CODE_VERSION} {digest}"

    def score(self, texts: Sequence[str]) -> list[float | None]:
        """P(real) of each text, None where it does not apply: too little to read, or no head."""
        scores: list[float | None] = [None] * len(texts)
        materials = [material_of(text) for text in texts]
        for material, head in self._heads.items():
            rows = [row for row, found in enumerate(materials) if found == material]
            for start in range(0, len(rows), _TEXTS_AT_ONCE):
                part = rows[start : start + _TEXTS_AT_ONCE]
                units = read_units([texts[row] for row in part], material)
                found = head.score(units, FEWEST_UNITS[material])
                for row, score in zip(part, found, strict=True):
                    scores[row] = score
        return scores

    def save(self, folder: Path) -> None:
        arrays: dict[str, NDArray[Any]] = {}
        for material, head in self._heads.items():
            arrays[f"{material}.columns"] = head.columns
            arrays[f"{material}.files"] = head.files
            arrays[f"{material}.texts"] = np.append(head.texts, head.intercept)
        with atomic_file(folder / WEIGHTS_FILE) as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)


def load_ngram(folder: Path) -> NgramModel:
    """The model in `folder`. Raises InputError where its file is missing or damaged."""
    path = folder / WEIGHTS_FILE
    try:
        with np.load(path, allow_pickle=False) as arrays:
            heads = {
                material: _read_head(*(arrays[f"{material}.{name}"] for name in _ARRAYS))
                for material in MATERIALS
                if f"{material}.columns" in arrays
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else "is damaged"
        raise InputError(
            f"the discriminator can't be loaded: {WEIGHTS_FILE} {reason}",
            where=folder,
            hint="train it again with `afs discriminator train`",
        ) from error
    return NgramModel(heads, hash_files([path]))


def _read_head(columns: NDArray[Any], texts: NDArray[Any], files: NDArray[Any]) -> Head:
    shapes = (columns.shape, texts.shape, files.shape)
    if shapes != ((ALL_COLUMNS,), (SUMMARY_SIZE + 2,), (COLUMNS,)):
        raise ValueError("arrays of another shape")
    if columns.dtype != np.float32 or files.dtype != np.uint8:
        raise ValueError("arrays of another type")
    if not (np.isfinite(columns).all() and np.isfinite(texts).all()):
        raise ValueError("a weight is no number")
    return Head(columns, float(texts[-1]), texts[:-1].astype(np.float64), files)
