"""The adapter folder: PEFT's layout, with the nano base inside it where there is one.

Owns which files make an adapter, how they are written so that the same training gives the same
bytes, and how they are read again without running anything found in them.
"""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import sha256_file
from afs_engine.errors import InputError, WorkerError
from afs_engine.stages.training.base_check import check_safetensors
from afs_engine.stages.training.identity import ADAPTER_CONFIG, ADAPTER_WEIGHTS
from afs_engine.stages.training.settings import NANO
from afs_engine.stages.training.training_state import adapter_tensors, refuse_nonfinite

BASE_FOLDER = "base"


def write_adapter(folder: Path, model: Any, tokenizer: Any, base_model: str) -> dict[str, str]:
    """Writes adapter, config and tokenizer to `folder`, the weights last.

    A nano base is named by its relative path. Returns the sha256 of each file that matters.
    """
    from safetensors.torch import save

    tensors = adapter_tensors(model)
    refuse_nonfinite(tensors)
    config = model.peft_config["default"].to_dict()
    return _write(folder, save(tensors, metadata={"format": "pt"}), config, tokenizer, base_model)


def write_plain_adapter(
    folder: Path, tensors: dict[str, Any], config: dict[str, Any], tokenizer: Any, base_model: str
) -> dict[str, str]:
    """As `write_adapter`, from numpy tensors by PEFT's names and a config of our own."""
    from safetensors.numpy import save

    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise WorkerError(f"the adapter's weights became NaN or infinite ({name})")
    weights = save(dict(sorted(tensors.items())), metadata={"format": "pt"})
    return _write(folder, weights, config, tokenizer, base_model)


def _write(
    folder: Path, weights: bytes, config: dict[str, Any], tokenizer: Any, base_model: str
) -> dict[str, str]:
    tokenizer.save_pretrained(folder)
    base = BASE_FOLDER if base_model == NANO else base_model
    write_atomic(folder / ADAPTER_CONFIG, _config_json(config, base))
    write_atomic(folder / ADAPTER_WEIGHTS, weights)
    names = [ADAPTER_WEIGHTS, ADAPTER_CONFIG, "tokenizer.json", f"{BASE_FOLDER}/model.safetensors"]
    return {name: sha256_file(folder / name) for name in names if (folder / name).is_file()}


def _config_json(config: dict[str, Any], base: str) -> bytes:
    """PEFT's config with its sets sorted and no path of this machine in it."""
    config = config | {"base_model_name_or_path": base, "inference_mode": True, "revision": None}
    plain = {key: sorted(value) if isinstance(value, set) else value for key, value in config.items()}
    return msgspec.json.format(msgspec.json.encode(plain, order="sorted"), indent=2) + b"\n"


def adapter_base(folder: Path) -> str | Path:
    """The base that the adapter in `folder` was trained on: a folder inside it, another, or a hub name.

    Raises InputError unless `folder` holds a LoRA adapter in safetensors.
    """
    path = folder / ADAPTER_CONFIG
    if not (folder / ADAPTER_WEIGHTS).is_file():
        raise InputError(f"no {ADAPTER_WEIGHTS} here; other weight files are not read", where=folder)
    check_safetensors(folder / ADAPTER_WEIGHTS)
    try:
        config = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise InputError("the adapter's config can't be read", where=path) from error
    base = config.get("base_model_name_or_path")
    if config.get("peft_type") != "LORA" or config.get("megatron_config") or not isinstance(base, str):
        raise InputError("not a plain LoRA adapter", where=path)
    inside = folder / base
    return inside if inside.is_dir() else base


def load_with_adapter(model: Any, folder: Path) -> Any:
    """`model` with the adapter of `folder` on it, for evaluation."""
    from peft import PeftModel

    try:
        return PeftModel.from_pretrained(model, str(folder.absolute()), use_safetensors=True)
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(f"the adapter does not fit its base: {reason}", where=folder) from error
