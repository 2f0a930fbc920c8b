"""The nano base's weights without torch, for environments that have none.

The shape and the spread are those of `nano`; the numbers are another draw. Knows safetensors only.
"""

from pathlib import Path
from typing import Any

import numpy as np


def write_config_and_weights(config: Any, folder: Path, seed: int) -> None:
    """`config.json` and `model.safetensors` of a Qwen2 model with random weights."""
    from safetensors.numpy import save_file

    config.architectures = ["Qwen2ForCausalLM"]
    config.save_pretrained(folder)
    draw = np.random.default_rng(seed)
    hidden, inner = config.hidden_size, config.intermediate_size
    keys = config.num_key_value_heads * (hidden // config.num_attention_heads)
    shapes = {"q": hidden, "k": keys, "v": keys}
    tensors: dict[str, Any] = {}

    def matrix(name: str, rows: int, columns: int) -> None:
        spread = config.initializer_range
        tensors[f"{name}.weight"] = (draw.standard_normal((rows, columns)) * spread).astype(np.float32)

    def norm(name: str) -> None:
        tensors[f"{name}.weight"] = np.ones(hidden, np.float32)

    matrix("model.embed_tokens", config.vocab_size, hidden)
    for number in range(config.num_hidden_layers):
        layer = f"model.layers.{number}"
        for letter, rows in shapes.items():
            matrix(f"{layer}.self_attn.{letter}_proj", rows, hidden)
            tensors[f"{layer}.self_attn.{letter}_proj.bias"] = np.zeros(rows, np.float32)
        matrix(f"{layer}.self_attn.o_proj", hidden, hidden)
        matrix(f"{layer}.mlp.gate_proj", inner, hidden)
        matrix(f"{layer}.mlp.up_proj", inner, hidden)
        matrix(f"{layer}.mlp.down_proj", hidden, inner)
        norm(f"{layer}.input_layernorm")
        norm(f"{layer}.post_attention_layernorm")
    norm("model.norm")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
