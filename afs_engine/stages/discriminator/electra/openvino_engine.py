"""The same model run by OpenVINO, which needs neither torch nor transformers to score.

Owns the exported files in the model's folder and how they are written and read. Whether they are worth
using is decided in `fast_path`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np

from afs_engine.errors import InputError
from afs_engine.stages.discriminator.electra.batches import pad_batch
from afs_engine.stages.discriminator.electra.folder import CONFIG_FILE, OPENVINO_FOLDER, find_real_label
from afs_engine.stages.discriminator.electra.torch_engine import MAX_TOKENS

Precision = Literal["f32", "bf16"]
_MODEL_FILE = "model.xml"
_TOKENIZER_FILE = "tokenizer.json"


def has_openvino() -> bool:
    return find_spec("openvino") is not None and find_spec("tokenizers") is not None


@dataclass(frozen=True, slots=True)
class OpenVinoEngine:
    """A compiled model with its tokenizer; `real_label` is the column of P(real)."""

    request: Any
    tokenizer: Any
    padding: int
    real_label: int
    name: str

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text, cut to what the model can read."""
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        return [encoding.ids for encoding in self.tokenizer.encode_batch(clean)]

    def probabilities(self, tokens: Sequence[Sequence[int]]) -> list[float]:
        """P(real) of each text of one batch."""
        ids, mask = pad_batch(tokens, self.padding)
        logits = self.request.infer({0: ids, 1: mask})[0].astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        scores: list[float] = (odds[:, self.real_label] / odds.sum(axis=1)).tolist()
        return scores


def load_openvino_engine(folder: Path, precision: Precision, threads: int) -> OpenVinoEngine:
    """The exported model in `folder`. Raises InputError where its files are missing or damaged."""
    from tokenizers import Tokenizer

    settings = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
    }
    try:
        config = json.loads((folder / CONFIG_FILE).read_bytes())
        tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER_FILE))
        core = import_module("openvino").Core()
        model = core.compile_model(str(folder / OPENVINO_FOLDER / _MODEL_FILE), "CPU", settings)
    except Exception as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise InputError(
            f"the exported model can't be loaded: {first}",
            where=folder / OPENVINO_FOLDER,
            hint="remove that folder to score with torch",
        ) from error
    tokenizer.enable_truncation(min(MAX_TOKENS, config.get("max_position_embeddings", MAX_TOKENS)))
    tokenizer.no_padding()
    labels = {int(index): name for index, name in config["id2label"].items()}
    return OpenVinoEngine(
        model.create_infer_request(),
        tokenizer,
        config.get("pad_token_id") or 0,
        find_real_label(labels),
        f"openvino {precision}",
    )


def export_to_openvino(network: Any, folder: Path) -> None:
    """Writes the network's pass from tokens to logits into the model's folder, for any batch and length."""
    import torch

    openvino = import_module("openvino")
    example = torch.ones(2, 8, dtype=torch.long)
    with torch.inference_mode():
        model = openvino.convert_model(
            network, example_input={"input_ids": example, "attention_mask": example}
        )
    target = folder / OPENVINO_FOLDER
    target.mkdir(exist_ok=True)
    openvino.save_model(model, target / _MODEL_FILE, compress_to_fp16=False)


def list_precisions() -> list[Precision]:
    """What this machine's processor computes in: f32 always, bf16 where it has instructions for it."""
    able = import_module("openvino").Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ["f32", "bf16"] if "BF16" in able else ["f32"]
