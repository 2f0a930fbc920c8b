"""The assembly component: asks the check only about texts that may hold code, and keeps the answers.

Owns who is asked, and that all answers of a block come from one check. How code is found and judged
stands in `assembly`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.scoring.assembly.checker import AssemblyChecker
from afs_engine.stages.scoring.assembly.verdict import AssemblyVerdict
from afs_engine.stages.scoring.cache import ScoreCache
from afs_engine.stages.scoring.cached_scores import measure_cached
from afs_engine.stages.scoring.code_signs import may_hold_assembly

FEWEST_LINES = 3
"""A fault always counts, a pass only of at least so many lines: that `RTS` assembles is no merit."""
_VERSION = "asar 2"  # raise it with any change of what is made of a verdict


def assembly_scores(
    outputs: Sequence[str], checker: AssemblyChecker, cache: ScoreCache | None
) -> tuple[NDArray[np.float32], str]:
    """The scores of shape (outputs,), NaN where there is no code, and who answered ("" for nobody)."""
    scores = np.full(len(outputs), np.nan, np.float32)
    rows = [row for row, text in enumerate(outputs) if may_hold_assembly(text)]
    if not rows:
        return scores, ""
    checked_by = checker.checked_by

    def measure(texts: Sequence[str]) -> list[float | None]:
        """A text that asar gave no answer to is not measured: the stand-in's verdict is another scale."""
        verdicts = checker.check_many(texts)
        return [_read(verdict) if verdict.checked_by == checked_by else None for verdict in verdicts]

    measured = measure_cached(measure, f"{_VERSION} {checker.version}", [outputs[row] for row in rows], cache)
    scores[rows] = measured
    return scores, checked_by


def _read(verdict: AssemblyVerdict) -> float | None:
    return verdict.score if verdict.errors or verdict.lines_checked >= FEWEST_LINES else None
