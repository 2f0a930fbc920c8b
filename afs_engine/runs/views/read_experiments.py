"""Reads and changes the registry for the experiments screen: list, compare, lineage, promote, roll back.

Runs in the reading process. Curves come from the runs' journals, validation loss where there is one.
"""

from pathlib import Path

from afs_engine.data.counted import counted
from afs_engine.events import MetricPoint
from afs_engine.runs.files.lineage import Origin, trace_lineage
from afs_engine.runs.files.register import (
    compare_experiments,
    find_experiment,
    list_experiments,
    promote_experiment,
    roll_back_experiment,
)
from afs_engine.runs.journal import read_journal
from afs_engine.runs.views.experiments_view import (
    ComparedLine,
    ComparisonView,
    ExperimentLine,
    ExperimentsView,
    LineageStep,
    MeasuredCurve,
)
from afs_engine.runs.workspace import Workspace
from afs_engine.stages.registry.comparing import ComparedRow
from afs_engine.stages.registry.experiment import Experiment

_CURVES = ("val_loss", "train_loss")  # the first that a run has
_DIGEST_CELLS = 12


def read_experiments(folder: str) -> ExperimentsView:
    """The registry of the workspace. Raises StorageError where it is damaged or lost."""
    found = list_experiments(_registry(folder))
    lines = (_line(each, found.promoted.get(each.name) == each.version) for each in found.experiments)
    return ExperimentsView(found.registry, tuple(lines))


def compare_versions(folder: str, labels: list[str]) -> ComparisonView:
    """The versions side by side, in the order given."""
    made = compare_experiments(_registry(folder), labels)
    return ComparisonView(
        labels=tuple(made.experiments),
        same_test_set=made.same_test_set,
        metrics=tuple(map(_compared, made.metrics)),
        differences=tuple(map(_compared, made.differences)),
        curves=tuple(_curve(Path(folder), label) for label in labels),
    )


def read_lineage(folder: str, label: str) -> list[LineageStep]:
    """The version and its ancestors, each with its sources."""
    return [_step(origin) for origin in trace_lineage(_registry(folder), label).versions]


def promote_version(folder: str, label: str) -> str:
    """Makes the version the one in use; returns its label."""
    return promote_experiment(_registry(folder), label).label


def roll_back_version(folder: str, name: str) -> str:
    """Brings back the version in use before; returns its label. Raises UsageError where there is none."""
    return roll_back_experiment(_registry(folder), name).label


def _registry(folder: str) -> Path:
    return Workspace(Path(folder)).registry


def _line(each: Experiment, is_in_use: bool) -> ExperimentLine:
    return ExperimentLine(
        label=each.label,
        name=each.name,
        base_model=each.base_model,
        parent=each.parent,
        tags=tuple(each.tags),
        notes=each.notes,
        created_at=each.created_at,
        val_loss=_loss(each, "val"),
        test_loss=each.test_loss,
        duration_seconds=each.duration_seconds,
        cost_usd=each.cost_usd,
        adapter=each.adapter,
        run_dir=each.run_dir,
        is_in_use=is_in_use,
    )


def _loss(each: Experiment, side: str) -> float | None:
    measured = each.metrics.get(side)
    loss = measured.get("loss") if isinstance(measured, dict) else None
    return float(loss) if isinstance(loss, int | float) else None


def _compared(row: ComparedRow) -> ComparedLine:
    return ComparedLine(row.name, tuple(_show(value) for value in row.values))


def _show(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _curve(folder: Path, label: str) -> MeasuredCurve:
    run_dir = find_experiment(_registry(str(folder)), label).run_dir
    points: dict[str, dict[int, float]] = {name: {} for name in _CURVES}
    if run_dir:
        for event in read_journal(folder / run_dir / "journal.jsonl"):
            if isinstance(event, MetricPoint) and event.name in points:
                points[event.name][event.step] = event.value
    chosen = next((points[name] for name in _CURVES if points[name]), {})
    return MeasuredCurve(label, tuple(sorted(chosen.items())))


def _step(origin: Origin) -> LineageStep:
    return LineageStep(
        label=origin.label,
        adapter=origin.adapter,
        run_dir=origin.run_dir,
        sources=tuple(
            f"{each.name} ({each.kind}) {each.path}"
            + (f", {counted(each.rows, 'row')}" if each.rows is not None else "")
            for each in origin.sources
        ),
        data=tuple(f"{name} {digest[:_DIGEST_CELLS]}" for name, digest in origin.data.items()),
        missing=tuple(origin.missing),
    )
