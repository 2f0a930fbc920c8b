"""What it takes to go on exactly where a training stopped, written without a single pickle.

Adapter, optimizer and random states are safetensors; everything else is JSON. Owns these files'
names and form; it must not know when a checkpoint is made or which one is loaded.
"""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from afs_engine.errors import WorkerError
from afs_engine.stages.training.identity import ADAPTER_WEIGHTS

_OPTIMIZER, _RANDOM, _STATE = "optimizer.safetensors", "random.safetensors", "state.json"


def adapter_tensors(model: Any) -> dict[str, Any]:
    """The adapter's tensors by PEFT's names, in a fixed order."""
    from peft import get_peft_model_state_dict

    state = get_peft_model_state_dict(model)
    return {name: state[name].detach().cpu().contiguous() for name in sorted(state)}


def refuse_nonfinite(tensors: Mapping[str, Any]) -> None:
    """Raises WorkerError when any weight is NaN or infinite."""
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise WorkerError(f"the adapter's weights became NaN or infinite ({name})")


def save_state(folder: Path, model: Any, optimizer: Any, scheduler: Any) -> None:
    """Writes adapter, optimizer, scheduler and random states to `folder`."""
    from safetensors.torch import save

    adapter = adapter_tensors(model)
    refuse_nonfinite(adapter)
    (folder / ADAPTER_WEIGHTS).write_bytes(save(adapter, metadata={"format": "pt"}))
    moments = optimizer.state_dict()
    tensors = {
        f"{index}.{name}": value.cpu()
        for index, entry in moments["state"].items()
        for name, value in entry.items()
    }
    (folder / _OPTIMIZER).write_bytes(save(tensors))
    (folder / _RANDOM).write_bytes(save(_random_tensors()))
    state = {
        "optimizer_groups": moments["param_groups"],
        "scheduler": scheduler.state_dict(),
        "python_random": random.getstate(),
        "numpy_random": [_plain(part) for part in np.random.get_state(legacy=True)],
    }
    (folder / _STATE).write_bytes(msgspec.json.encode(state))


def load_adapter(folder: Path, model: Any) -> None:
    """Puts a checkpoint's adapter weights into `model`."""
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    report = set_peft_model_state_dict(model, load_file(folder / ADAPTER_WEIGHTS))
    if report.unexpected_keys:
        raise WorkerError("the checkpoint's adapter does not fit the base model", where=folder)


def load_optimizer(folder: Path, optimizer: Any, scheduler: Any) -> None:
    """Restores the optimizer's moments and the schedule's position."""
    from safetensors.torch import load_file

    state = msgspec.json.decode((folder / _STATE).read_bytes())
    entries: dict[int, dict[str, Any]] = {}
    for key, tensor in load_file(folder / _OPTIMIZER).items():
        index, name = key.split(".", 1)
        entries.setdefault(int(index), {})[name] = tensor
    optimizer.load_state_dict({"state": entries, "param_groups": state["optimizer_groups"]})
    scheduler.load_state_dict(state["scheduler"])


def load_random(folder: Path) -> None:
    """Restores every random generator that training draws from."""
    import torch
    from safetensors.torch import load_file

    state = msgspec.json.decode((folder / _STATE).read_bytes())
    number, words, carry = state["python_random"]
    random.setstate((number, tuple(words), carry))
    name, keys, *rest = state["numpy_random"]
    np.random.set_state((name, np.array(keys, np.uint32), *rest))
    tensors = load_file(folder / _RANDOM)
    torch.random.set_rng_state(tensors["cpu"])
    if "cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["cuda"])


def _random_tensors() -> dict[str, Any]:
    import torch

    tensors = {"cpu": torch.random.get_rng_state()}
    if torch.cuda.is_available():
        tensors["cuda"] = torch.cuda.get_rng_state()
    return tensors


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
