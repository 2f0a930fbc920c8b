"""The shape of a base model, as far as memory and time depend on it.

Read from `config.json` (of a folder, or of the hub's cache on this machine), or known by name for the
Qwen2.5 family. Loads no model and asks no network.
"""

import re
from pathlib import Path

import msgspec
from pydantic import BaseModel, ConfigDict

from afs_engine.errors import InputError
from afs_engine.stages.training.base_check import local_base
from afs_engine.stages.training.hub import cached_base
from afs_engine.stages.training.settings import ALL_LINEAR, NANO

_QWEN = re.compile(r"qwen2\.5[\w.-]*?-(0\.5|1\.5|3|7|14|32)b", re.IGNORECASE)


class Architecture(BaseModel):
    """A decoder with gated feed-forward layers: Llama, Qwen2, Mistral, Gemma and their like.

    `four_bit`: the stored weights are quantised already.
    """

    model_config = ConfigDict(frozen=True)
    hidden: int
    intermediate: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int
    head_size: int
    tied: bool = True
    four_bit: bool = False

    @property
    def linear_shapes(self) -> dict[str, tuple[int, int]]:
        """Inputs and outputs of each linear module of one layer, by its usual name."""
        query, key = self.heads * self.head_size, self.kv_heads * self.head_size
        return {
            "q_proj": (self.hidden, query),
            "k_proj": (self.hidden, key),
            "v_proj": (self.hidden, key),
            "o_proj": (query, self.hidden),
            "gate_proj": (self.hidden, self.intermediate),
            "up_proj": (self.hidden, self.intermediate),
            "down_proj": (self.intermediate, self.hidden),
        }

    @property
    def linear_parameters(self) -> int:
        """Those of all layers, without embeddings."""
        return self.layers * sum(wide * high for wide, high in self.linear_shapes.values())

    @property
    def embedding_parameters(self) -> int:
        """Those of the embedding, and of the output head where it is not the same."""
        return self.vocabulary * self.hidden * (1 if self.tied else 2)

    @property
    def parameters(self) -> int:
        return self.linear_parameters + self.embedding_parameters

    def adapter_parameters(self, rank: int, targets: tuple[str, ...]) -> int:
        """Trained ones: for each module adapted, rank x (inputs + outputs). Hu et al. 2021, LoRA."""
        chosen = [
            shape for name, shape in self.linear_shapes.items() if targets == (ALL_LINEAR,) or name in targets
        ]
        return self.layers * rank * sum(wide + high for wide, high in chosen)


_NANO = Architecture(
    hidden=256, intermediate=512, layers=2, heads=4, kv_heads=2, vocabulary=1024, head_size=64
)


def _qwen(hidden: int, intermediate: int, layers: int, heads: int, kv_heads: int) -> Architecture:
    return Architecture(
        hidden=hidden,
        intermediate=intermediate,
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        vocabulary=151_936 if hidden < 3000 else 152_064,
        head_size=hidden // heads,
        tied=hidden < 3000,
    )


QWEN_2_5 = {  # by billions of parameters, from the models' published config.json
    "0.5": _qwen(896, 4864, 24, 14, 2),
    "1.5": _qwen(1536, 8960, 28, 12, 2),
    "3": _qwen(2048, 11_008, 36, 16, 2),
    "7": _qwen(3584, 18_944, 28, 28, 4),
    "14": _qwen(5120, 13_824, 48, 40, 8),
    "32": _qwen(5120, 27_648, 64, 40, 8),
}


def read_architecture(base_model: str) -> Architecture:
    """The shape of a base. Raises InputError where it can't be known without a download."""
    if base_model == NANO:
        return _NANO
    folder = local_base(base_model) or cached_base(base_model)
    if folder is not None and not folder.is_dir():
        raise InputError("no such base model folder", where=folder, hint="check the name")
    if folder is not None:
        return _read_config(folder / "config.json")
    known = _QWEN.search(base_model)
    if known:
        return QWEN_2_5[known.group(1)].model_copy(update={"four_bit": "bnb-4bit" in base_model})
    raise InputError(
        f"what '{base_model}' needs is not known before it is on this machine",
        hint="download it first and give its folder",
    )


class _Config(msgspec.Struct):
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    vocab_size: int
    num_key_value_heads: int | None = None
    head_dim: int | None = None
    tie_word_embeddings: bool = True
    quantization_config: dict[str, object] | None = None


def _read_config(path: Path) -> Architecture:
    try:
        config = msgspec.json.decode(path.read_bytes(), type=_Config)
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(f"can't tell the base model's shape: {error}", where=path) from error
    heads = config.num_attention_heads
    return Architecture(
        hidden=config.hidden_size,
        intermediate=config.intermediate_size,
        layers=config.num_hidden_layers,
        heads=heads,
        kv_heads=config.num_key_value_heads or heads,
        vocabulary=config.vocab_size,
        head_size=config.head_dim or config.hidden_size // heads,
        tied=config.tie_word_embeddings,
        four_bit=bool((config.quantization_config or {}).get("load_in_4bit")),
    )
