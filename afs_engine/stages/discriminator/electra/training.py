"""Training an ELECTRA on pairs: a base from a folder or the hub, or a small one from scratch.

Owns the loop: batches of like length, AdamW, a warm-up and a straight way down. Seeded; on a CPU the
same pairs and seed give the same weights. Imports torch when called.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from afs_engine.errors import InputError, MissingPartError
from afs_engine.stages.discriminator.electra.batches import pad_batch
from afs_engine.stages.discriminator.electra.build import LABELS, build_network, build_tokenizer
from afs_engine.stages.discriminator.electra.torch_engine import (
    MAX_TOKENS,
    check_packages,
    quiet_transformers,
)
from afs_engine.stages.discriminator.pairs import PairRow

if TYPE_CHECKING:
    from torch import Tensor

SCRATCH = ""
"""As a base: build a small network from nothing."""

_BATCH_TEXTS = 32
_POOL_BATCHES = 16  # batches of like length are cut from so many at once, in an order drawn anew
_RATE_FROM_SCRATCH = 5e-4
_RATE_OF_BASE = 5e-5
_WARM_UP = 0.1
_WEIGHT_DECAY = 0.01
_LARGEST_GRADIENT = 1.0

Watch = Callable[[int, int, float], None]
"""Called after each step with its number, the number of all, and the loss."""


@dataclass(frozen=True, slots=True)
class ElectraPlan:
    """`base`: a folder, a hub name, or SCRATCH; `epochs`: how often every text is seen."""

    base: str = SCRATCH
    epochs: int = 3
    seed: int = 42
    device: str = "cpu"


def train_electra(rows: Sequence[PairRow], plan: ElectraPlan, folder: Path, watch: Watch) -> None:
    """Trains on `rows` and saves network and tokenizer in `folder`, as transformers lays them out.

    Raises MissingPartError without torch or transformers, or where the base can't be had.
    """
    check_packages()
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(plan.seed)
            network, tokenizer = _start(rows, plan.base)
            _fit(network.to(plan.device), _encode(tokenizer, rows), tokenizer.pad_token_id or 0, plan, watch)
    finally:
        torch.set_num_threads(before)
    with quiet_transformers():
        network.to("cpu").save_pretrained(folder)
        tokenizer.save_pretrained(folder)


def _start(rows: Sequence[PairRow], base: str) -> tuple[Any, Any]:
    if base == SCRATCH:
        tokenizer = build_tokenizer([row.text for row in rows if row.is_real])
        return build_network(tokenizer), tokenizer
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    names = {"id2label": LABELS, "label2id": {name: index for index, name in LABELS.items()}}
    try:
        with quiet_transformers():
            tokenizer = AutoTokenizer.from_pretrained(base, trust_remote_code=False)
            network = AutoModelForSequenceClassification.from_pretrained(
                base,
                num_labels=len(LABELS),
                use_safetensors=True,
                trust_remote_code=False,
                dtype="float32",
                **names,
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise MissingPartError(
            f"the base '{base}' can't be had: {first}",
            hint="name a local folder with safetensors weights, or leave --base out to build a small one",
        ) from error
    return network, tokenizer


def _encode(tokenizer: Any, rows: Sequence[PairRow]) -> list[tuple[list[int], int]]:
    """Token ids and label index of each row."""
    indexes = {name: index for index, name in LABELS.items()}
    encoded = tokenizer([row.text for row in rows], truncation=True, max_length=MAX_TOKENS)["input_ids"]
    labels = [indexes["real" if row.is_real else "corrupted"] for row in rows]
    return list(zip(encoded, labels, strict=True))


def _fit(
    network: Any, texts: list[tuple[list[int], int]], padding: int, plan: ElectraPlan, watch: Watch
) -> None:
    import torch

    rate = _RATE_FROM_SCRATCH if plan.base == SCRATCH else _RATE_OF_BASE
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=_WEIGHT_DECAY)
    steps = plan.epochs * math.ceil(len(texts) / _BATCH_TEXTS)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share_of_rate(step, steps))
    network.train()
    for step, batch in enumerate(_draw_batches(texts, plan.epochs, Random(plan.seed)), start=1):
        loss = _measure_loss(network, batch, padding, plan.device)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), _LARGEST_GRADIENT)
        optimizer.step()
        scheduler.step()
        value = loss.item()
        if not math.isfinite(value):
            raise InputError(f"the loss of the discriminator is no number at step {step}")
        watch(step, steps, value)


def _share_of_rate(step: int, steps: int) -> float:
    """Up in a straight line over the first tenth, then down to nothing."""
    warm = max(1, int(steps * _WARM_UP))
    return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def _draw_batches(
    texts: list[tuple[list[int], int]], epochs: int, rng: Random
) -> Iterator[list[tuple[list[int], int]]]:
    """Every text once an epoch, in batches of like length."""
    for _ in range(epochs):
        order = rng.sample(texts, len(texts))
        size = _BATCH_TEXTS * _POOL_BATCHES
        for start in range(0, len(order), size):
            pool = sorted(order[start : start + size], key=lambda text: len(text[0]))
            batches = [pool[at : at + _BATCH_TEXTS] for at in range(0, len(pool), _BATCH_TEXTS)]
            yield from rng.sample(batches, len(batches))


def _measure_loss(network: Any, batch: list[tuple[list[int], int]], padding: int, device: str) -> "Tensor":
    import torch

    ids, mask = map(torch.from_numpy, pad_batch([tokens for tokens, _ in batch], padding))
    labels = torch.tensor([label for _, label in batch])
    is_gpu = torch.device(device).type == "cuda"
    with torch.autocast("cuda", torch.bfloat16, enabled=is_gpu):
        loss: Tensor = network(
            input_ids=ids.to(device), attention_mask=mask.to(device), labels=labels.to(device)
        ).loss
    return loss
