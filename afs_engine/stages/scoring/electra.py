"""The electra component: P(real) of a text from a saved sequence-classification model.

Owns batching by length and the limits on threads and tokens. Loading stands in `electra_loading`;
caches and weights are not known here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from math import isfinite
from pathlib import Path

from afs_engine.errors import InputError, UsageError
from afs_engine.stages.scoring.electra_folder import check_model_folder, digest_model_folder
from afs_engine.stages.scoring.electra_loading import LoadedModel, load_model

_CODE_VERSION = "electra 1"


class ElectraModel:
    """The model in `folder`, loaded when the first text is to be scored.

    `device` is a torch device ("cpu", "cuda"). Batches of 8 are the fastest on a CPU core, 64 and more
    on a GPU. One thread by default: on a busy machine more make torch many times slower.
    Raises MissingPartError or InputError where the folder can't be used.
    """

    def __init__(self, folder: Path, *, device: str = "cpu", batch_size: int = 8, threads: int = 1) -> None:
        if batch_size < 1:
            raise UsageError(f"a batch of {batch_size} texts is not possible", hint="use 1 or more")
        check_model_folder(folder)
        self.folder = folder
        self.device = device
        self.batch_size = batch_size
        self.threads = threads

    @cached_property
    def version(self) -> str:
        """What a score depends on besides the text; changes with any file of the model."""
        return f"{_CODE_VERSION} {digest_model_folder(self.folder)}"

    def score(self, texts: Sequence[str]) -> list[float]:
        """P(real) in [0, 1] of each text, of which the first 512 tokens are read.

        Which texts share a batch shows in the seventh digit at most. Raises InputError where the
        model gives no number.
        """
        scores = [0.0] * len(texts)
        tokens = self._model.encode(texts)
        by_length = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        with _limit_threads(self.threads):
            for start in range(0, len(texts), self.batch_size):
                rows = by_length[start : start + self.batch_size]
                for row, score in zip(rows, self._score_batch([tokens[row] for row in rows]), strict=True):
                    scores[row] = score
        return scores

    @cached_property
    def _model(self) -> LoadedModel:
        return load_model(self.folder, self.device)

    def _score_batch(self, tokens: list[list[int]]) -> list[float]:
        scores = self._model.probabilities(tokens)
        if not all(map(isfinite, scores)):
            raise InputError("the ELECTRA model gives no number for a text", where=self.folder)
        return scores


@contextmanager
def _limit_threads(count: int) -> Iterator[None]:
    """Runs the block with `count` torch threads and gives the process its own number back."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
