"""Merging an adapter into its base: one model folder that any tool, and the next training, can start from.

Must run in a worker process: it loads torch and peft. It must not know who asked.
"""

from pathlib import Path

from afs_engine.errors import InputError, UsageError
from afs_engine.stages.training.evaluate import open_model
from afs_engine.stages.training.sealed import MANIFEST, sealing


def merge_adapter(adapter: Path, target: Path) -> None:
    """Writes base + adapter as safetensors, config and tokenizer to `target`, which appears whole.

    The weights become W + scale * B A for each adapted matrix (https://arxiv.org/abs/2106.09685). A
    4-bit base is refused: merging into rounded weights would lose what was learned. Raises InputError,
    and UsageError where `target` holds something else.
    """
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise UsageError("this folder is not empty", where=target, hint="name a new folder")
    opened = open_model(str(adapter), 1)
    if opened.subject.adapter is None:
        raise InputError("this is no adapter: there is nothing to merge", where=adapter)
    if getattr(opened.model.config, "quantization_config", None):
        raise InputError(
            "an adapter can't be merged into a 4-bit base",
            where=adapter,
            hint="train on the same base without 4-bit to merge",
        )
    merged = opened.model.merge_and_unload()
    with sealing(target) as folder:
        merged.save_pretrained(folder)
        opened.tokenizer.save_pretrained(folder)
