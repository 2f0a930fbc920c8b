"""Loading a saved sequence-classification model, and one forward pass of it.

Owns what is allowed: local files, safetensors weights, no code from the folder, no weight made up.
The only scoring file that imports transformers.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from afs_engine.errors import InputError, MissingPartError, UsageError
from afs_engine.stages.scoring.electra_folder import find_real_label

MAX_TOKENS = 512


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model on its device with its tokenizer; `real_label` is the column of P(real)."""

    network: Any
    tokenizer: Any
    real_label: int
    longest: int

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text, cut to what the model can read."""
        if not texts:
            return []
        clean = [text.encode("utf-8", "replace").decode() for text in texts]  # a lone surrogate is no UTF-8
        encoded = self.tokenizer(clean, truncation=True, max_length=self.longest)
        return [list(ids) for ids in encoded["input_ids"]]

    def probabilities(self, tokens: Sequence[Sequence[int]]) -> list[float]:
        """P(real) of each text of one batch."""
        import torch

        width = max(map(len, tokens))
        padding = self.tokenizer.pad_token_id or 0
        ids = torch.tensor([[*row, *[padding] * (width - len(row))] for row in tokens])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in tokens])
        device = self.network.device
        with torch.inference_mode():
            logits = self.network(input_ids=ids.to(device), attention_mask=mask.to(device)).logits
        scores: list[float] = logits.float().softmax(dim=-1)[:, self.real_label].tolist()
        return scores


def load_model(folder: Path, device: str) -> LoadedModel:
    """The model in `folder` on `device`.

    Raises MissingPartError without torch or transformers, InputError where the files are damaged or
    lack a trained classification head, UsageError where the device is not there.
    """
    network, tokenizer = _read_files(folder)
    labels = dict(network.config.id2label)
    if len(labels) < 2:
        raise InputError("the model has one label; P(real) needs two or more", where=folder)
    longest = min(MAX_TOKENS, getattr(network.config, "max_position_embeddings", MAX_TOKENS))
    try:
        network.to(device).eval()
    except (RuntimeError, AssertionError) as error:
        raise UsageError(
            f"device '{device}' can't be used: {_first_line(error)}", hint="use --device cpu"
        ) from error
    return LoadedModel(network, tokenizer, find_real_label(labels), longest)


def _read_files(folder: Path) -> tuple[Any, Any]:
    _check_packages()
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    rules = {"local_files_only": True, "trust_remote_code": False}
    try:
        with _quiet_transformers():
            tokenizer = AutoTokenizer.from_pretrained(folder, **rules)
            network, report = AutoModelForSequenceClassification.from_pretrained(
                folder, use_safetensors=True, dtype="float32", output_loading_info=True, **rules
            )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise InputError(f"the ELECTRA model can't be loaded: {_first_line(error)}", where=folder) from error
    if missing := sorted(report["missing_keys"]):
        raise InputError(
            f"the model was not trained to classify: {missing[0]} is missing",
            where=folder,
            hint="save a fine-tuned AutoModelForSequenceClassification",
        )
    return network, tokenizer


def _check_packages() -> None:
    for package in ("torch", "transformers", "safetensors"):
        if find_spec(package) is None:
            raise MissingPartError(
                f"the ELECTRA score needs the package {package}", hint="pip install 'afs[electra]'"
            )


@contextmanager
def _quiet_transformers() -> Iterator[None]:
    """No bars and no advice on stderr while the block runs."""
    from transformers.utils import logging

    level, had_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if had_bars:
            logging.enable_progress_bar()


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
