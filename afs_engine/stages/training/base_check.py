"""Looks at a base model's name before any work: is it there, is it whole, can this machine use it.

Reads names, sizes and headers only, with no training package. It must not load a model.
"""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from afs_engine.errors import InputError
from afs_engine.stages.training.settings import NANO

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_HEADER_LIMIT_BYTES = 100 << 20  # the format's own limit
_GET_ONE = 'download it again, or use base_model = "nano" to try the chain without a download'


def local_base(base_model: str) -> Path | None:
    """The folder that `base_model` names; None for nano and for a hub name."""
    path = Path(base_model).expanduser()
    looks_local = base_model.startswith(("/", ".", "~")) or (base_model != "" and path.is_dir())
    return path if looks_local and base_model != NANO else None


def is_hub_name(base_model: str | Path) -> bool:
    """Whether loading this base may ask the hub for it."""
    return isinstance(base_model, str) and base_model != NANO and local_base(base_model) is None


def check_base(base_model: str) -> None:
    """Raises InputError when `base_model` can't be a base: no such folder, or a damaged file."""
    folder = local_base(base_model)
    if folder is not None:
        check_base_folder(folder)
    elif base_model != NANO and not _HUB_NAME.fullmatch(base_model):
        raise InputError(
            f"'{base_model}' is no base model: neither a folder here nor a hub name",
            hint="give a folder, a hub name such as Qwen/Qwen2.5-Coder-0.5B-Instruct, or nano",
        )


def check_4bit(base_model: str, load_in_4bit: bool, has_gpu: bool) -> None:
    """Raises InputError for 4-bit weights, loaded so or stored so, without a CUDA GPU."""
    if has_gpu:
        return
    if load_in_4bit:
        raise InputError("load_in_4bit needs a CUDA GPU", hint="set load_in_4bit = false")
    if is_4bit(base_model):
        raise InputError(
            f"'{base_model}' is a 4-bit base, which needs a CUDA GPU",
            hint="use the same base without bnb-4bit, or nano",
        )


def is_4bit(base_model: str) -> bool:
    """Whether the base is stored in the 4-bit weights of bitsandbytes, by its name or its configuration."""
    folder = local_base(base_model)
    config = folder / "config.json" if folder else None
    if "bnb-4bit" in base_model or config is None or not config.is_file():
        return "bnb-4bit" in base_model
    return b'"bitsandbytes"' in config.read_bytes()


def check_base_folder(folder: Path) -> None:
    """Raises InputError when a model folder lacks a file, or has one that is cut short."""
    if not folder.is_dir():
        raise InputError("no such base model folder", where=folder, hint=_GET_ONE)
    for name in chain(["config.json", "tokenizer.json"], _shard_names(folder)):
        if not (folder / name).is_file():
            raise InputError(f"the base model is not whole: {name} is missing", where=folder, hint=_GET_ONE)
    for path in sorted(folder.glob("*.safetensors")):
        check_safetensors(path)


def _shard_names(folder: Path) -> list[str]:
    """The weight files that must be there: those the index names, or the single one."""
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return ["model.safetensors"]
    try:
        weight_map: dict[str, str] = msgspec.json.decode(index.read_bytes())["weight_map"]
        return sorted(set(weight_map.values()))
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        raise InputError("the index of the weight files is damaged", where=index, hint=_GET_ONE) from error


def check_safetensors(path: Path) -> None:
    """Raises InputError when the file's size is not what its header says.

    Layout: 8 bytes with the header's length, the header (JSON with each tensor's `data_offsets`),
    then the data (https://huggingface.co/docs/safetensors).
    """
    size = path.stat().st_size
    try:
        expected = _size_by_header(path)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("not a safetensors file, or a damaged one", where=path, hint=_GET_ONE) from error
    if size != expected:
        raise InputError(f"the file has {size:,} of {expected:,} bytes", where=path, hint=_GET_ONE)


def _size_by_header(path: Path) -> int:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > _HEADER_LIMIT_BYTES:
            raise ValueError("header too long")
        header: dict[str, dict[str, Any]] = msgspec.json.decode(file.read(length))
    ends = (tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__")
    return 8 + length + int(max(ends, default=0))
