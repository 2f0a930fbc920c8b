"""Whether a quicker engine ranks as torch does, and how much quicker it is on this machine.

Owns the measurement: both engines in turn on the same texts, one thread, CPU seconds, and the rank
correlation of their scores. Called once, when a model has been trained.
"""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afs_engine.stages.discriminator.card import FastPath
from afs_engine.stages.discriminator.electra.folder import OPENVINO_FOLDER
from afs_engine.stages.discriminator.electra.lean import LeanElectra, can_run_lean
from afs_engine.stages.discriminator.electra.model import ElectraModel
from afs_engine.stages.discriminator.electra.openvino_engine import (
    export_to_openvino,
    has_openvino,
    list_precisions,
)
from afs_engine.stages.discriminator.electra.torch_engine import read_model_files

LOWEST_SPEARMAN = 0.999
"""Rank correlation with torch below which a quicker engine is not used."""
_MOST_TEXTS = 256
_ROUNDS = 2


def find_fast_path(folder: Path, texts: Sequence[str]) -> FastPath | None:
    """The quickest engine that ranks `texts` as torch does; None where torch itself is that one.

    Leaves the exported model in the folder only where it is to be used.
    """
    if not has_openvino() or len(texts) < 2:
        return None
    network, _ = read_model_files(folder)
    if not can_run_lean(network):
        return None
    export_to_openvino(LeanElectra(network).eval(), folder)
    found = _compare(folder, list(texts[:_MOST_TEXTS]))
    if found is None:
        shutil.rmtree(folder / OPENVINO_FOLDER)
    return found


def _compare(folder: Path, texts: list[str]) -> FastPath | None:
    plain_scores, plain_seconds = _time(ElectraModel(folder), texts)
    best: FastPath | None = None
    for precision in list_precisions():
        path = FastPath(engine="openvino", precision=precision, spearman=1.0, speed_ratio=1.0)
        scores, seconds = _time(ElectraModel(folder, fast=path), texts)
        spearman, ratio = measure_spearman(plain_scores, scores), plain_seconds / seconds
        if spearman >= LOWEST_SPEARMAN and ratio > (best.speed_ratio if best else 1.0):
            measured = {"spearman": round(spearman, 6), "speed_ratio": round(ratio, 2)}
            best = path.model_copy(update=measured)
    return best


def _time(model: ElectraModel, texts: list[str]) -> tuple[list[float], float]:
    """The scores, and the CPU seconds of the best round; the first call loads the model."""
    scores = model.score(texts)
    seconds = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        model.score(texts)
        seconds.append(time.process_time() - start)
    return scores, min(seconds)


def measure_spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's rank correlation, ties by their mean rank; 0.0 where only one varies."""
    ours, theirs = (_rank(np.asarray(values, np.float64)) for values in (first, second))
    spread = float(ours.std() * theirs.std())
    if spread == 0:
        return 1.0 if np.array_equal(ours, theirs) else 0.0
    return float(((ours - ours.mean()) * (theirs - theirs.mean())).mean() / spread)


def _rank(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_ranks: NDArray[np.float64] = (last - (counts - 1) / 2)[places]
    return mean_ranks
