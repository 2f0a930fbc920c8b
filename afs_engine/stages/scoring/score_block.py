"""The result of scoring: one sample's, and a whole block's as columns.

Owns how "not measured" looks: NaN in a column and in the properties that a script formats, None where
a value is stored. Knows nothing of how a score is made.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.combine import plain_scores
from afs_engine.stages.scoring.config import COMPONENT_NAMES


@dataclass(frozen=True, slots=True)
class QualityScore:
    """One sample's scores in [0, 1]; `quality_score` and `components` hold None for "not measured".

    `checked_by` names the assembly check that answered, "" where none was asked.
    """

    quality_score: float | None
    components: dict[str, float | None]
    checked_by: str = ""

    @property
    def overall(self) -> float:
        """The overall score; NaN when nothing was measured."""
        return _as_float(self.quality_score)

    @property
    def electra_score(self) -> float:
        """P(real); NaN when not measured."""
        return _as_float(self.components["electra"])

    @property
    def entity_coverage(self) -> float:
        """The known share of addresses and symbols; NaN when not measured."""
        return _as_float(self.components["entity"])

    @property
    def length_score(self) -> float:
        """The length component; NaN when not measured."""
        return _as_float(self.components["length"])

    @property
    def asar_valid(self) -> bool | None:
        """Whether the code is free of faults; None when not measured."""
        score = self.components["asar"]
        return None if score is None else score == 1.0


def _as_float(value: float | None) -> float:
    return float("nan") if value is None else value


@dataclass(frozen=True, slots=True)
class ScoreBlock:
    """The scores of many outputs: columns of shape (rows,), NaN for "not measured".

    `checked_by` names the assembly check that answered for this block, "" where none was asked.
    """

    overall: NDArray[np.float32]
    electra: NDArray[np.float32]
    asar: NDArray[np.float32]
    entity: NDArray[np.float32]
    length: NDArray[np.float32]
    checked_by: str

    @property
    def columns(self) -> dict[str, NDArray[np.float32]]:
        """The component columns by name."""
        return {name: getattr(self, name) for name in COMPONENT_NAMES}

    def row(self, index: int) -> QualityScore:
        """The scores of one row."""
        here = slice(index, index + 1)
        components = {name: plain_scores(values[here])[0] for name, values in self.columns.items()}
        checked_by = self.checked_by if components["asar"] is not None else ""
        return QualityScore(plain_scores(self.overall[here])[0], components, checked_by)
