"""Reads the training's view: every key of [train] with its kind and value, the work's size, the machine.

The keys come from the settings' own model, so a new one needs no line here but its words.
"""

import math
import os
import shutil
import subprocess
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import psutil
from pydantic.fields import FieldInfo

from afs_engine.runs.plan import plan_recipe
from afs_engine.runs.recipe_file import load_recipe
from afs_engine.runs.views.training_view import SettingKind, SettingLine, Spread, TrainingNeed, TrainingView
from afs_engine.stages.training.forecast.bands import Band
from afs_engine.stages.training.forecast.training_forecast import TrainingForecast
from afs_engine.stages.training.settings import TrainSettings

_ABOUT = {
    "preset": "settings for a known base; what is set here wins",
    "base_model": "nano (tiny, built on the spot), a folder, or a hub name",
    "backend": "what trains: chosen by what this machine has",
    "environment": "an environment that `doctor` made, or an interpreter; empty: this one",
    "epochs": "how often every row is seen",
    "batch_size": "rows a step; memory grows with it",
    "gradient_accumulation_steps": "steps gathered into one; as a larger batch without its memory",
    "learning_rate": "size of a step; empty: what suits the base",
    "warmup_share": "share of all steps in which the learning rate rises",
    "max_length": "longest row in tokens; memory grows with it",
    "packing": "put short rows together, so that no step is padding",
    "lora_r": "rank of the adapter: how much it can hold",
    "lora_alpha": "how strongly the adapter counts; usually twice the rank",
    "lora_dropout": "share of the adapter left out at random, against overfitting",
    "lora_targets": "layers that get an adapter",
    "system_prompt": "what the model is told before every row",
    "mask_rule": "a row that is too long: drop it, cut its prompt, or refuse the run",
    "thinking": "thinking before an answer: leave it out, or train it",
    "seed": "decides the order of rows and the first weights",
    "eval_steps": "a look at the validation rows every so many steps",
    "save_steps": "a checkpoint every so many steps",
    "keep_checkpoints": "how many checkpoints stay on disk",
    "threads": "CPU threads",
    "load_in_4bit": "the base in 4 bits: a quarter of its memory; needs CUDA",
    "gradient_checkpointing": "less memory for more time; empty: on for a GPU",
    "early_stopping_looks": "stop after so many looks without a better loss; empty: never",
    "curriculum": "the first epoch from easy rows to hard ones",
    "neftune_alpha": "noise on embeddings against overfitting; 5 is usual; empty: none",
}
_CHOSEN = ("learning_rate", "eval_steps", "save_steps", "gradient_checkpointing")  # where they are not set


def read_training(recipe_path: str, text: str | None = None) -> TrainingView:
    """The view of the recipe, or of `text` as if it stood in its file. Raises RecipeError and InputError."""
    path = Path(recipe_path)
    settings = load_recipe(path, text).train
    plan = plan_recipe(path, text)
    rows = next((stage.rows_out for stage in plan.stages if stage.stage == "balance"), None)
    memory = psutil.virtual_memory()
    return TrainingView(
        settings=tuple(_line(settings, key, info) for key, info in TrainSettings.model_fields.items()),
        rows=rows,
        steps=_steps(settings, rows),
        need=_need(plan.forecast) if plan.forecast else None,
        cpus=os.cpu_count() or 1,
        memory_bytes=memory.total,
        memory_free_bytes=memory.available,
        gpu=_gpu(),
    )


def _need(found: TrainingForecast) -> TrainingNeed:
    return TrainingNeed(
        memory_kind="VRAM" if found.vram else "RAM",
        memory_bytes=_spread(found.peak),
        seconds=_spread(found.seconds) if found.seconds else None,
        fits=found.fits,
        smaller=found.smaller.text if found.smaller else "",
    )


def _spread(band: Band) -> Spread:
    return Spread(band.low, band.expected, band.high)


def _gpu() -> str:
    """Name and memory of the first NVIDIA GPU, "" where there is none that answers."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    query = [program, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        told = subprocess.run(query, capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.partition("\n")[0].strip()


def _steps(settings: TrainSettings, rows: int | None) -> int | None:
    """Optimizer steps, as if no row were left out and none packed together."""
    if rows is None:
        return None
    an_epoch = math.ceil(math.ceil(rows / settings.batch_size) / settings.gradient_accumulation_steps)
    return an_epoch * settings.epochs


def _line(settings: TrainSettings, key: str, info: FieldInfo) -> SettingLine:
    kind, choices = _kind_of(info.annotation)
    return SettingLine(
        key=key,
        kind=kind,
        value=_show(getattr(settings, key)),
        default=_show(info.default),
        choices=choices,
        is_written=key in settings.model_fields_set,
        about=_ABOUT.get(key, ""),
        unset="chosen by the engine" if key in _CHOSEN else "none",
    )


def _kind_of(annotation: Any) -> tuple[SettingKind, tuple[str, ...]]:
    """The kind of a key from its type; `X | None` counts as X."""
    inner = [each for each in get_args(annotation) if each is not NoneType]
    if get_origin(annotation) is Literal:
        return "choice", tuple(map(str, inner))
    if get_origin(annotation) is tuple:
        return "list", ()
    if NoneType in get_args(annotation):
        return _kind_of(inner[0])
    kinds: dict[Any, SettingKind] = {bool: "switch", int: "whole number", float: "number"}
    return kinds.get(annotation, "text"), ()


def _show(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)
