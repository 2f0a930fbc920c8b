"""Training a head on pairs: first what a corrupted unit looks like, then how much of it a text bears.

Owns which units of a corrupted text count as corrupted, and that the second step learns from logits of
units that the first has not seen. Deterministic; knows no files.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.discriminator.blocks import Material
from afs_engine.stages.discriminator.ngram.head import Head, read_units
from afs_engine.stages.discriminator.ngram.logistic import fit_dense, fit_units, score_units
from afs_engine.stages.discriminator.ngram.minimise import dot
from afs_engine.stages.discriminator.ngram.sightings import add_sightings_elsewhere
from afs_engine.stages.discriminator.ngram.text_verdict import SUMMARY_SIZE, summarise
from afs_engine.stages.discriminator.ngram.units import Units
from afs_engine.stages.discriminator.pairs import PairRow

_STRENGTH: dict[Material, float] = {"asm": 30.0, "prose": 3.0}
_TEXT_STRENGTH = 10.0
_FOLDS, _FOLDS_OF_FEW = 2, 5
_FEW_TEXTS = 4000  # where a half is much less to learn from than all


def train_head(rows: Sequence[PairRow], material: Material) -> Head:
    """A head from pairs of one material in the order real, corrupted, real, ..."""
    units = read_units([row.text for row in rows], material)
    labels = mark_corrupted(units)
    groups, is_real = _number_groups(rows), np.array([row.is_real for row in rows])
    units, files = add_sightings_elsewhere(units, groups, is_real)
    count = _FOLDS_OF_FEW if len(rows) < _FEW_TEXTS else _FOLDS
    folds = groups % count  # a file's lines are never both learnt and judged
    summaries = np.zeros((len(rows), SUMMARY_SIZE))
    for fold in range(count):
        kept, rest = select_texts(units, folds != fold), select_texts(units, folds == fold)
        columns, intercept = fit_units(kept, labels[unit_mask(units, folds != fold)], _STRENGTH[material])
        summaries[folds == fold] = summarise(score_units(rest, columns, intercept), rest)
    columns, intercept = fit_units(units, labels, _STRENGTH[material])
    return Head(columns, intercept, _fit_texts(summaries, is_real), files)


def _fit_texts(summaries: NDArray[np.float64], is_real: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights for raw summaries, fitted on standardised ones so that the penalty treats all alike."""
    mean, scale = summaries.mean(axis=0), summaries.std(axis=0) + 1e-6
    weights = fit_dense((summaries - mean) / scale, is_real, _TEXT_STRENGTH)
    raw = weights[:-1] / scale
    return np.append(raw, weights[-1] - dot(raw, mean))


def _number_groups(rows: Sequence[PairRow]) -> NDArray[np.int64]:
    """The number of each row's group, in the order of their names."""
    numbers = {group: number for number, group in enumerate(sorted({row.group for row in rows}))}
    return np.array([numbers[row.group] for row in rows], np.int64)


def mark_corrupted(units: Units) -> NDArray[np.bool_]:
    """For each unit whether it is corrupted; texts alternate: real, corrupted.

    Corrupted is what the real text does not have; where it has every unit, what it has not between the
    same neighbours.
    """
    labels = np.zeros(len(units), bool)
    for real, corrupted in _pair_slices(units.text_starts):
        labels[corrupted] = _mark_new(units.keys[real].tolist(), units.keys[corrupted].tolist())
    return labels


def _pair_slices(text_starts: NDArray[np.int64]) -> Iterator[tuple[slice, slice]]:
    bounds = text_starts.tolist()
    for first in range(0, len(bounds) - 1, 2):
        yield slice(bounds[first], bounds[first + 1]), slice(bounds[first + 1], bounds[first + 2])


def _mark_new(real: list[int], corrupted: list[int]) -> list[bool]:
    left = Counter(real)
    new = []
    for key in corrupted:
        new.append(left[key] <= 0)
        left[key] -= 1
    if any(new):
        return new
    known = set(_windows(real))
    return [window not in known for window in _windows(corrupted)]


def _windows(keys: list[int]) -> list[tuple[int, int, int]]:
    return list(zip([0, *keys], keys, [*keys[1:], 0], strict=False))


def unit_mask(units: Units, texts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each unit is of a text that is marked in `texts`."""
    return np.repeat(texts, np.diff(units.text_starts))


def select_texts(units: Units, texts: NDArray[np.bool_]) -> Units:
    """The units of the texts that are marked."""
    kept = unit_mask(units, texts)
    columns = units.columns[np.repeat(kept, np.diff(units.starts))]
    counts = np.diff(units.starts)[kept]
    per_text = np.diff(units.text_starts)[texts]
    starts, text_starts = _starts(counts), _starts(per_text)
    return Units(units.keys[kept], columns, starts, text_starts, units.sightings[kept], units.faulty[kept])


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
