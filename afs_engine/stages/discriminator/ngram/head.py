"""One trained scorer for one material: weights over hashed columns, then over a text's worst units.

Owns the arithmetic from texts to P(real), and the arrays that make up a head. Knows no files.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.discriminator.blocks import Material
from afs_engine.stages.discriminator.ngram.asm_units import read_assembly
from afs_engine.stages.discriminator.ngram.logistic import score_units, sigmoid
from afs_engine.stages.discriminator.ngram.prose_units import read_prose
from afs_engine.stages.discriminator.ngram.sightings import Files, add_sightings
from afs_engine.stages.discriminator.ngram.text_verdict import summarise
from afs_engine.stages.discriminator.ngram.units import Units
from afs_engine.stages.scoring.assembly.extraction import find_code

FEWEST_UNITS: dict[Material, int] = {"asm": 4, "prose": 1}
"""Shorter texts have no score: a block of assembly that was learnt from has at least so many commands."""


@dataclass(frozen=True, slots=True)
class Head:
    """`columns`, shape (ALL_COLUMNS,): a unit's weights; `texts`, shape (SUMMARY_SIZE + 1,): a text's.

    `files`, shape (COLUMNS,): in how many of the files it learnt from a column was seen.
    """

    columns: NDArray[np.float32]
    intercept: float
    texts: NDArray[np.float64]
    files: Files

    def score(self, units: Units, fewest: int = 1) -> list[float | None]:
        """P(real) of each text; None for one of less than `fewest` units."""
        units = add_sightings(units, self.files)
        logits = score_units(units, self.columns, self.intercept)
        summary = summarise(logits, units)
        scores = sigmoid(np.einsum("ij,j->i", summary, self.texts[:-1]) + self.texts[-1])
        enough = np.diff(units.text_starts) >= fewest
        return [score if is_long else None for score, is_long in zip(scores.tolist(), enough, strict=True)]


def read_units(texts: Sequence[str], material: Material) -> Units:
    """The units of texts that are all of one material."""
    if material == "asm":
        return read_assembly([find_code(text) for text in texts])
    return read_prose(texts)
