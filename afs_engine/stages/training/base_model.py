"""Loading a base model and its tokenizer, from a folder or the hub: safetensors, no remote code.

The only place that calls `from_pretrained` on a base. It must not know of adapters or jobs.
"""

from pathlib import Path
from typing import Any

from afs_engine.errors import InputError
from afs_engine.stages.training.base_check import local_base

_SAFE = {"trust_remote_code": False}


def load_tokenizer(source: str | Path) -> Any:
    """The tokenizer of a folder or hub model. Raises InputError when there is none to be had."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(_source(source), **_SAFE)
    except (OSError, ValueError, KeyError) as error:
        raise _unavailable(source, error) from error
    if not tokenizer.is_fast:
        raise InputError(f"the base model '{source}' has no tokenizer.json", hint="choose another base")
    return tokenizer


def load_model(source: str | Path) -> Any:
    """The causal language model of a folder or hub name: float32 on a CPU, bfloat16 on a GPU."""
    import torch
    from transformers import AutoModelForCausalLM

    dtype = torch.bfloat16 if torch.cuda.is_available() else torch.float32
    try:
        return AutoModelForCausalLM.from_pretrained(
            _source(source), dtype=dtype, use_safetensors=True, **_SAFE
        )
    except (OSError, ValueError, KeyError) as error:
        raise _unavailable(source, error) from error


def refuse_4bit_without_gpu(source: str) -> None:
    """Raises InputError for a 4-bit (bitsandbytes) base on a machine without CUDA."""
    import torch

    if _is_4bit(source) and not torch.cuda.is_available():
        raise InputError(
            f"'{source}' is a 4-bit base, which needs a CUDA GPU",
            hint="use the same base without bnb-4bit, or nano",
        )


def _is_4bit(source: str) -> bool:
    folder = local_base(source)
    config = folder / "config.json" if folder else None
    return "bnb-4bit" in source or bool(config and b'"bitsandbytes"' in config.read_bytes())


def _source(source: str | Path) -> str:
    """What transformers should open: a folder as an absolute path, so that it never asks the hub."""
    folder = source if isinstance(source, Path) else local_base(source)
    return str(folder.absolute() if folder else source)


def _unavailable(source: str | Path, error: Exception) -> InputError:
    reason = str(error).strip().partition("\n")[0]
    return InputError(
        f"can't load the base model '{source}': {reason}",
        hint="check the name and the network, download it first and give its folder, or use nano",
    )
