"""The train step: the adapter, trained in a worker process that can be taken up again.

Owns the key (settings, data, library versions) and the folder in which an unfinished training
waits. A finished adapter moves into the store; an interrupted one resumes from its last checkpoint.
"""

import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from afs_engine.data.digest import hash_key, sha256_file
from afs_engine.data.store import Entry, Made
from afs_engine.runs.context import StepContext
from afs_engine.runs.recipe import Recipe
from afs_engine.runs.steps.convert import Converted
from afs_engine.runs.training_check import forecast_files
from afs_engine.runs.workspace import Workspace
from afs_engine.stages.training.base_check import check_base, local_base
from afs_engine.stages.training.forecast.training_forecast import TrainingForecast, TrainingMachine
from afs_engine.stages.training.results import TrainResult, read_train_result
from afs_engine.stages.training.settings import NANO, TrainJob, TrainSettings

VERSION = 2
_LIBRARIES = ("torch", "transformers", "peft", "trl", "tokenizers")


@dataclass(frozen=True)
class Trained:
    """The adapter folder (PEFT layout) and what its training measured."""

    entry: Entry

    @property
    def adapter(self) -> Path:
        return self.entry.folder / "adapter"

    @property
    def result(self) -> TrainResult:
        result = read_train_result(self.adapter)
        assert result is not None
        return result


def train_adapter(context: StepContext, converted: Converted) -> Trained:
    """The adapter for the converted data, from the store or trained now."""
    settings = settings_of(context)
    inputs = {
        "version": VERSION,
        "settings": settings.model_dump(mode="json"),
        "train": converted.digests["train.jsonl"],
        "val": converted.digests["val.jsonl"],
        "libraries": library_versions(),
    }
    if (base := local_base(settings.base_model)) is not None:
        inputs["base"] = context.input_digests.of_tree(base, (".json", ".safetensors"))
    work = context.workspace.work / f"train-{hash_key(inputs)[:16]}"

    def make(folder: Path) -> Made:
        val_file = converted.data / "val.jsonl"
        job = TrainJob(
            name=context.run_dir.name,
            settings=settings,
            train_file=converted.data / "train.jsonl",
            val_file=val_file if val_file.stat().st_size else None,
            output_dir=work,
        )
        context.train(job, context.emit)
        adapter = folder / "adapter"
        shutil.copytree(work, adapter, ignore=shutil.ignore_patterns("worker", "checkpoint*"))
        sums = {path.relative_to(adapter).as_posix(): sha256_file(path) for path in _weights(adapter)}
        return Made(digest=hash_key(sums), facts={"sha256": sums})

    entry = context.store.get_or_make("train", inputs, make)
    shutil.rmtree(work, ignore_errors=True)
    return Trained(entry)


def check_recipe_base(recipe: Recipe, workspace: Workspace) -> None:
    """Raises InputError where the recipe names a base's folder that is missing or not whole."""
    check_base(_base_of(recipe.train.base_model, workspace))


def forecast_step(
    context: StepContext, converted: Converted | None, machine: TrainingMachine | None = None
) -> TrainingForecast:
    """What training this data will need, here or on another machine; without data, its memory alone.

    Raises InputError where the base's shape can't be known.
    """
    settings = settings_of(context)
    if converted is None:
        return forecast_files(settings, None, None, machine)
    val_file = converted.data / "val.jsonl"
    has_rows = val_file.stat().st_size > 0
    return forecast_files(settings, converted.data / "train.jsonl", val_file if has_rows else None, machine)


def settings_of(context: StepContext) -> TrainSettings:
    """The recipe's settings; the run's seed and the system prompt hold unless [train] has its own."""
    recipe = context.recipe
    inherited: dict[str, object] = {"base_model": _base_of(recipe.train.base_model, context.workspace)}
    if "seed" not in recipe.train.model_fields_set:
        inherited["seed"] = recipe.run.seed
    if "system_prompt" not in recipe.train.model_fields_set:
        inherited["system_prompt"] = recipe.convert.system_prompt
    return recipe.train.model_copy(update=inherited)


def _base_of(name: str, workspace: Workspace) -> str:
    """The base as it is loaded: a folder lies beside the recipe, wherever the run was started."""
    path = workspace.path(name)
    is_folder = name.startswith((".", "~")) or (name not in ("", NANO) and path.is_dir())
    return str(path) if is_folder else name


def library_versions() -> dict[str, str]:
    """Versions of what training depends on; a missing one is left out."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _weights(adapter: Path) -> list[Path]:
    """The files that must be the same for the same recipe; logs and timings are not."""
    names = ("adapter_model.safetensors", "adapter_config.json")
    return [adapter / name for name in names]
