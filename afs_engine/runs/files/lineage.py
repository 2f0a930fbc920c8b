"""Where an experiment comes from: its adapter, the data that trained it, the sources of that data, and
the versions before it.

Reads the registry and what the run folders keep (manifest.json, ledger.json, recipe.toml); what is not
there any more is named as missing, not guessed.
"""

from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from afs_engine.errors import AfsError, UsageError
from afs_engine.runs.files.register import open_registry
from afs_engine.runs.recipe_file import load_recipe
from afs_engine.runs.run_folder import MANIFEST
from afs_engine.stages.registry.database import Registry
from afs_engine.stages.registry.experiment import Experiment


class SourceOrigin(BaseModel):
    """A source as the run read it: `input_digest` is that of its files, `digest` that of its samples.

    None where the run kept none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    kind: str
    path: str
    rows: int | None
    input_digest: str | None
    digest: str | None


class Origin(BaseModel):
    """One version. `data` maps a data file to its sha256; `missing` says what could not be followed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: str
    parent: str
    run_dir: str
    adapter: str
    adapter_digest: str
    data: dict[str, str] = Field(default_factory=dict)
    sources: list[SourceOrigin] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)


class Lineage(BaseModel):
    """The versions from the one asked for back to its first ancestor."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    versions: list[Origin]


def trace_lineage(registry: Path | None, label: str) -> Lineage:
    """Follows `label` back. Raises UsageError when it is not registered."""
    opened = open_registry(registry)
    root = opened.path.absolute().parent.parent
    current: Experiment | None = opened.find(label)
    versions: list[Origin] = []
    seen: set[str] = set()
    while current is not None and current.label not in seen:
        seen.add(current.label)
        parent = _find_parent(opened, current)
        versions.append(_origin(current, root, parent))
        current = parent
    return Lineage(versions=versions)


def _find_parent(registry: Registry, experiment: Experiment) -> Experiment | None:
    try:
        return registry.find(experiment.parent) if experiment.parent else None
    except UsageError:
        return None


def _origin(experiment: Experiment, root: Path, parent: Experiment | None) -> Origin:
    missing = []
    if experiment.parent and parent is None:
        missing.append(f"the parent {experiment.parent} is not in the registry")
    data, sources = dict(experiment.split_digests), list[SourceOrigin]()
    if experiment.dataset_digest:
        data["train"] = experiment.dataset_digest
    if experiment.run_dir:
        run = root / experiment.run_dir
        try:
            data |= _data_digests(run)
            sources = _sources(run)
        except (AfsError, OSError, msgspec.MsgspecError, LookupError, ValueError) as error:
            missing.append(f"the run folder {run} can't be followed: {error}")
    return Origin(
        label=experiment.label,
        parent=parent.label if parent else experiment.parent,
        run_dir=experiment.run_dir,
        adapter=experiment.adapter,
        adapter_digest=experiment.adapter_digest,
        data=data,
        sources=sources,
        missing=missing,
    )


def _read_json(path: Path) -> dict[str, Any]:
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])


def _data_digests(run: Path) -> dict[str, str]:
    digests = _read_json(run / MANIFEST)["digests"]
    return {Path(name).stem: value for name, value in digests.items() if name.startswith("data/")}


def _sources(run: Path) -> list[SourceOrigin]:
    """The recipe's sources and its earlier version's rows, each with what its export left.

    The manifest lists exports in the recipe's order, the earlier version's last.
    """
    recipe = load_recipe(run / "recipe.toml")
    places: list[tuple[str, str, str]] = [(each.name, each.kind, each.path) for each in recipe.sources]
    if recipe.rehearsal:
        places.append(
            ("rehearsal", "rehearsal", recipe.rehearsal.input or f"runs/{recipe.rehearsal.run}/data")
        )
    manifest = _read_json(run / MANIFEST)
    exports, inputs = manifest["stages"]["export"], manifest.get("inputs", {})
    rows = {each["stage"]: each["rows_out"] for each in _read_json(run / "ledger.json")["stages"]}
    return [
        SourceOrigin(
            name=name,
            kind=kind,
            path=path,
            rows=rows.get(f"export {name}"),
            input_digest=inputs.get(name),
            digest=export["digest"],
        )
        for (name, kind, path), export in zip(places, exports, strict=True)
    ]
