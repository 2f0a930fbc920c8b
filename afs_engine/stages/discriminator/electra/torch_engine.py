"""Loading a saved sequence-classification model with torch, and one forward pass of it.

Owns what is allowed: local files, safetensors weights, no code from the folder, no weight made up.
Imports torch and transformers only when a model is loaded.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afs_engine.errors import InputError, MissingPartError, UsageError
from afs_engine.stages.discriminator.electra.batches import pad_batch
from afs_engine.stages.discriminator.electra.folder import find_real_label

if TYPE_CHECKING:
    from torch import Tensor

MAX_TOKENS = 512


@dataclass(frozen=True, slots=True)
class TorchEngine:
    """A model on its device with its tokenizer; `real_label` is the column of P(real)."""

    logits: "Callable[[Tensor, Tensor], Tensor]"
    tokenizer: Any
    device: str
    real_label: int
    longest: int
    threads: int
    name: str = "torch"

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

        ids, mask = map(torch.from_numpy, pad_batch(tokens, self.tokenizer.pad_token_id or 0))
        with _limit_threads(self.threads), torch.inference_mode():
            logits = self.logits(ids.to(self.device), mask.to(self.device))
        scores: list[float] = logits.float().softmax(dim=-1)[:, self.real_label].tolist()
        return scores


def load_torch_engine(folder: Path, device: str, threads: int) -> TorchEngine:
    """The model in `folder` on `device`; in bf16 on a GPU, in f32 on a CPU.

    Raises MissingPartError without torch or transformers, InputError where the files are damaged or
    lack a trained classification head, UsageError where the device is not there.
    """
    network, tokenizer = read_model_files(folder)
    import torch

    labels = dict(network.config.id2label)
    if len(labels) < 2:
        raise InputError("the model has one label; P(real) needs two or more", where=folder)
    longest = min(MAX_TOKENS, getattr(network.config, "max_position_embeddings", MAX_TOKENS))
    try:
        network.to(device).eval()
        if torch.device(device).type == "cuda":
            network.to(torch.bfloat16)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(
            f"device '{device}' can't be used: {_first_line(error)}", hint="use --device cpu"
        ) from error
    return TorchEngine(_choose_pass(network), tokenizer, device, find_real_label(labels), longest, threads)


def _choose_pass(network: Any) -> "Callable[[Tensor, Tensor], Tensor]":
    from afs_engine.stages.discriminator.electra.lean import LeanElectra, can_run_lean

    if can_run_lean(network):
        return LeanElectra(network).eval()

    def run(ids: "Tensor", mask: "Tensor") -> "Tensor":
        logits: Tensor = network(input_ids=ids, attention_mask=mask).logits
        return logits

    return run


def read_model_files(folder: Path) -> tuple[Any, Any]:
    """The network in f32 and the tokenizer of a folder, as transformers' own classes."""
    check_packages()
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    rules = {"local_files_only": True, "trust_remote_code": False}
    try:
        with quiet_transformers():
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


def check_packages() -> None:
    """Raises MissingPartError, with the command that adds it, where a package is not there."""
    for package in ("torch", "transformers", "safetensors"):
        if find_spec(package) is None:
            raise MissingPartError(
                f"an ELECTRA discriminator needs the package {package}", hint="pip install 'afs[electra]'"
            )


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


@contextmanager
def quiet_transformers() -> Iterator[None]:
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
