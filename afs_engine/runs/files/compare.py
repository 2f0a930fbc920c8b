"""Stand-alone comparison: each model measured on one file, in a worker, then set against the first."""

from collections.abc import Callable
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.data.digest import sha256_file
from afs_engine.data.output_paths import refuse_overwriting
from afs_engine.errors import InputError, UsageError
from afs_engine.events import AnyEvent
from afs_engine.runs.files.evaluate import Questions, measure_models
from afs_engine.runs.files.register import open_registry
from afs_engine.stages.comparison.answers import lay_side_by_side
from afs_engine.stages.comparison.report import render_html, render_markdown
from afs_engine.stages.comparison.results import Comparison, Contrast
from afs_engine.stages.comparison.row_pairs import pair_rows
from afs_engine.stages.training.results import EvalMetrics
from afs_engine.stages.training.row_losses import RowLossRecord

Emit = Callable[[AnyEvent], None]
_RENDERERS: dict[str, Callable[[Comparison], str]] = {
    ".md": render_markdown,
    ".html": render_html,
    ".htm": render_html,
}


def compare_models(
    models: list[str], questions: Questions, report: Path | None, seed: int, emit: Emit
) -> Comparison:
    """Measures all `models` on the same rows and sets each against the first; writes `report` where given.

    A model is an adapter's folder, a base, or a registered version. Raises UsageError, InputError.
    """
    if len(models) < 2:
        raise UsageError("a comparison needs at least two models", hint="--models A B")
    if report is not None and report.suffix.lower() not in _RENDERERS:
        raise UsageError(f"no report of kind '{report.suffix}'", where=report, hint="end it in .md or .html")
    refuse_overwriting([questions.file], [report] if report else [])
    measured = measure_models(models, [_find_model(name) for name in models], questions, emit)
    comparison = Comparison(
        data=str(questions.file),
        data_digest=sha256_file(questions.file),
        seed=seed,
        models=[each.metrics for each in measured],
        contrasts=[_contrast(measured[0].rows, each.metrics, each.rows, seed) for each in measured[1:]],
        questions=lay_side_by_side(models, [each.answers for each in measured]),
    )
    if report is not None:
        write_atomic(report, _RENDERERS[report.suffix.lower()](comparison).encode())
    return comparison


def _find_model(name: str) -> str:
    """The adapter's folder behind a registered version; any other name as it is."""
    if Path(name).expanduser().exists():
        return str(Path(name).expanduser())
    registry = open_registry(None)
    known = {each.label: each for each in registry.list_all()} | {
        each.name: each for each in registry.list_all()
    }
    if name not in known:
        return name
    if not known[name].adapter:
        raise InputError(f"{known[name].label} is registered without an adapter", where=registry.path)
    return str(registry.path.absolute().parent.parent / known[name].adapter)


def _contrast(
    first: list[RowLossRecord], metrics: EvalMetrics, rows: list[RowLossRecord], seed: int
) -> Contrast:
    pairs = pair_rows(first, rows)
    return Contrast(
        model=metrics.model,
        unit=pairs.unit,
        unpaired=pairs.unpaired,
        overall=pairs.difference(seed),
        per_domain=pairs.difference_by_domain(seed),
    )
