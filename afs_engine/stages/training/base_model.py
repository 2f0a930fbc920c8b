"""Loading a base model and its tokenizer, from a folder or the hub: safetensors, no remote code.

The only place that calls `from_pretrained` on a base. It must not know of adapters or jobs.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from afs_engine.errors import InputError, MissingPartError
from afs_engine.stages.training.base_check import check_4bit, is_4bit, local_base

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


def load_model(source: str | Path, in_4bit: bool = False) -> Any:
    """The causal language model of a folder or hub name: float32 on a CPU, bfloat16 on a GPU.

    `in_4bit` quantises its linear layers to NF4 while loading (QLoRA, Dettmers et al. 2023).
    """
    import torch
    from transformers import AutoModelForCausalLM

    dtype = torch.bfloat16 if torch.cuda.is_available() else torch.float32
    options: dict[str, Any] = {"quantization_config": _nf4(dtype)} if in_4bit else {}
    try:
        return AutoModelForCausalLM.from_pretrained(
            _source(source), dtype=dtype, use_safetensors=True, **_SAFE, **options
        )
    except (OSError, ValueError, KeyError) as error:
        raise _unavailable(source, error) from error


def _nf4(dtype: Any) -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def refuse_4bit_without_gpu(source: str, in_4bit: bool = False) -> None:
    """Raises InputError for 4-bit weights where CUDA, or the package that reads them, is missing."""
    import torch

    check_4bit(source, in_4bit, torch.cuda.is_available())
    if (in_4bit or is_4bit(source)) and find_spec("bitsandbytes") is None:
        raise MissingPartError("4-bit weights need bitsandbytes", hint="pip install bitsandbytes")


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
