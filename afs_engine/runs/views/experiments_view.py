"""What the experiments screen shows: the registry as lines, versions side by side, and where one is from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExperimentLine:
    """One registered version. Losses are None where they were not measured; times are ISO, UTC."""

    label: str
    name: str
    base_model: str
    parent: str
    tags: tuple[str, ...]
    notes: str
    created_at: str
    val_loss: float | None
    test_loss: float | None
    duration_seconds: float | None
    cost_usd: float | None
    adapter: str
    run_dir: str
    is_in_use: bool


@dataclass(frozen=True, slots=True)
class ExperimentsView:
    """All versions, by name and number."""

    registry: str
    experiments: tuple[ExperimentLine, ...]


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One measure or setting, a text for each version; "" where it is not known."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasuredCurve:
    """A curve of one version's run: (step, value) points."""

    label: str
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Versions side by side. `same_test_set` is None where a digest is not known."""

    labels: tuple[str, ...]
    same_test_set: bool | None
    metrics: tuple[ComparedLine, ...]
    differences: tuple[ComparedLine, ...]
    curves: tuple[MeasuredCurve, ...]


@dataclass(frozen=True, slots=True)
class LineageStep:
    """One version on the way back. `sources` and `data` are lines to read; `missing` what is gone."""

    label: str
    adapter: str
    run_dir: str
    sources: tuple[str, ...]
    data: tuple[str, ...]
    missing: tuple[str, ...]
