"""A trained adapter in other forms: merged into its base, and as GGUF."""

import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.errors import InputError, UsageError
from afs_engine.runs.files.gguf import convert_to_gguf, find_converter
from afs_engine.stages.training.backend import Emit
from afs_engine.stages.training.identity import ADAPTER_CONFIG
from afs_engine.stages.training.settings import MergeJob, SequenceJob, Step
from afs_engine.worker.launch import run_steps


class ExportedModel(BaseModel):
    """Where the forms are that were asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    model: str
    merged: str | None
    gguf: str | None


def export_model(model: Path, merged: Path | None, gguf: Path | None, emit: Emit) -> ExportedModel:
    """Writes the folder `merged` and the file `gguf`, whichever is given.

    Raises UsageError, InputError and MissingPartError before any work.
    """
    if merged is None and gguf is None:
        raise UsageError("export to what?", hint="--merge --output FOLDER, or --gguf FILE")
    if not (model / ADAPTER_CONFIG).is_file():
        raise InputError(f"no adapter here: {ADAPTER_CONFIG} is missing", where=model)
    converter = find_converter() if gguf else None
    with tempfile.TemporaryDirectory() as scratch:
        target = (merged or Path(scratch) / "merged").absolute()
        steps: list[Step] = [MergeJob(adapter=model.absolute(), output_dir=target)]
        run_steps(SequenceJob(stage="export", unit="models", steps=steps, output_dir=Path(scratch)), emit)
        if gguf and converter:
            convert_to_gguf(converter, target, gguf)
    return ExportedModel(
        model=str(model), merged=str(merged) if merged else None, gguf=str(gguf) if gguf else None
    )
