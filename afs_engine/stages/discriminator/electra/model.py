"""P(real) of texts from a saved ELECTRA, by the engine that fits the machine.

Owns the choice of the engine, the batches and the version. The engines stand in files of their own;
caches, weights and cards are not known here.
"""

from collections.abc import Sequence
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Protocol

from afs_engine.errors import InputError, UsageError
from afs_engine.stages.discriminator.card import FastPath
from afs_engine.stages.discriminator.electra.batches import make_batches
from afs_engine.stages.discriminator.electra.folder import check_model_folder, digest_model_folder
from afs_engine.stages.discriminator.electra.openvino_engine import has_openvino, load_openvino_engine
from afs_engine.stages.discriminator.electra.torch_engine import load_torch_engine

_CODE_VERSION = "electra 3"
_MOST_TEXTS = 64


class Engine(Protocol):
    """What runs the model: texts to tokens, and a batch of those to P(real)."""

    @property
    def name(self) -> str:
        """Names the arithmetic, on which the last digits of a score depend."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text, cut to what the model can read."""

    def probabilities(self, tokens: Sequence[Sequence[int]]) -> list[float]:
        """P(real) of each text of one batch."""


class ElectraModel:
    """The model in `folder`, loaded when the first text is to be scored.

    `device` is a torch device ("cpu", "cuda"). `fast` is used on a CPU where its package is installed,
    else torch. One thread by default: on a busy machine more make torch many times slower.
    Raises MissingPartError or InputError where the folder can't be used.
    """

    def __init__(
        self,
        folder: Path,
        *,
        device: str = "cpu",
        batch_size: int = _MOST_TEXTS,
        threads: int = 1,
        fast: FastPath | None = None,
    ) -> None:
        if batch_size < 1:
            raise UsageError(f"a batch of {batch_size} texts is not possible", hint="use 1 or more")
        check_model_folder(folder)
        self.folder = folder
        self.device = device
        self.batch_size = batch_size
        self.threads = threads
        self._fast = fast if device == "cpu" and has_openvino() else None

    @cached_property
    def version(self) -> str:
        """What a score depends on besides the text; changes with any file of the model."""
        engine = f"openvino {self._fast.precision}" if self._fast else "torch"
        return f"{_CODE_VERSION} {engine} {digest_model_folder(self.folder)}"

    def score(self, texts: Sequence[str]) -> list[float]:
        """P(real) in [0, 1] of each text, of which the first 512 tokens are read.

        Which texts share a batch shows in the seventh digit at most. Raises InputError where the
        model gives no number.
        """
        scores = [0.0] * len(texts)
        tokens = self._engine.encode(texts)
        for batch in make_batches([len(ids) for ids in tokens], self.device, self.batch_size):
            found = self._engine.probabilities([tokens[number] for number in batch])
            if not all(map(isfinite, found)):
                raise InputError("the ELECTRA model gives no number for a text", where=self.folder)
            for number, score in zip(batch, found, strict=True):
                scores[number] = score
        return scores

    @cached_property
    def _engine(self) -> Engine:
        if self._fast:
            return load_openvino_engine(self.folder, self._fast.precision, self.threads)
        return load_torch_engine(self.folder, self.device, self.threads)
