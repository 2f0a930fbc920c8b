"""Examining a scorer on held-out pairs: one AUC a material, and one a kind of corruption.

Owns what is compared with what: the corrupted texts of a kind with all real texts of their material.
Knows no model.
"""

from collections.abc import Sequence

from afs_engine.stages.discriminator.auc import measure_auc
from afs_engine.stages.discriminator.blocks import MATERIALS, Material
from afs_engine.stages.discriminator.card import KindResult, MaterialResult
from afs_engine.stages.discriminator.corruption.kinds import KINDS, told_by
from afs_engine.stages.discriminator.pairs import PairRow

Scored = Sequence[tuple[PairRow, float | None]]
_DECIMALS = 4


def examine(rows: Sequence[PairRow], scores: Sequence[float | None]) -> tuple[MaterialResult, ...]:
    """The results of each material that has pairs; `scores` belong to the held-out rows, in their order."""
    held = list(zip((row for row in rows if row.side == "held_out"), scores, strict=True))
    results = []
    for material in MATERIALS:
        trained = sum(row.material == material and row.side == "train" for row in rows)
        part = [(row, score) for row, score in held if row.material == material]
        if trained or part:
            results.append(_examine_material(material, trained, part))
    return tuple(results)


def overall_auc(rows: Sequence[PairRow], scores: Sequence[float | None]) -> float | None:
    """The AUC over all held-out texts together."""
    held = [row for row in rows if row.side == "held_out"]
    return _auc(list(zip(held, scores, strict=True)))


def _examine_material(material: Material, trained: int, part: Scored) -> MaterialResult:
    real = [pair for pair in part if pair[0].is_real]
    kinds = []
    for kind in KINDS[material]:
        corrupted = [pair for pair in part if pair[0].kind == kind]
        if corrupted:
            kinds.append(
                KindResult(
                    kind=kind, told_by=told_by(kind), corrupted=len(corrupted), auc=_auc([*real, *corrupted])
                )
            )
    return MaterialResult(
        material=material, auc=_auc(part), trained=trained, held_out=len(part), kinds=tuple(kinds)
    )


def _auc(part: Scored) -> float | None:
    """Texts without a score are left out."""
    real = [score for row, score in part if row.is_real and score is not None]
    corrupted = [score for row, score in part if not row.is_real and score is not None]
    auc = measure_auc(real, corrupted)
    return None if auc is None else round(auc, _DECIMALS)
