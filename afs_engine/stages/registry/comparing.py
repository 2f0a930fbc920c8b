"""Experiments side by side: what they measured, and where their configurations differ.

Pure. Knows no database and no terminal.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from afs_engine.stages.registry.experiment import Experiment

Value = str | int | float | bool | None


class ComparedRow(BaseModel):
    """One measure or setting; `values` in the order of the experiments, None where it is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    values: list[Value]


class SideBySide(BaseModel):
    """`metrics` are all that any of them measured; `differences` the settings that are not the same.

    Losses of different test sets say nothing about which model is better: `same_test_set` tells.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    experiments: list[str]
    same_test_set: bool | None
    metrics: list[ComparedRow]
    differences: list[ComparedRow]


_CONFIGURATION = ("parent", "base_model", "framework", "dataset_digest", "ab_test", "ab_arm")
_MEASURED = ("duration_seconds", "cost_usd")


def compare_side_by_side(experiments: list[Experiment]) -> SideBySide:
    """The comparison, in the order given."""
    metrics = [flat_measures(each) for each in experiments]
    settings = [flat_settings(each) for each in experiments]
    return SideBySide(
        experiments=[each.label for each in experiments],
        same_test_set=_same_test_set(experiments),
        metrics=[row for row in _rows(metrics) if any(value is not None for value in row.values)],
        differences=[row for row in _rows(settings) if any(value != row.values[0] for value in row.values)],
    )


def flat_measures(experiment: Experiment) -> dict[str, Value]:
    """All that was measured, under dotted names."""
    return _flat({**_measures(experiment), **_part(experiment, _MEASURED)})


def flat_settings(experiment: Experiment) -> dict[str, Value]:
    """What it was made from and with, under dotted names."""
    return _flat({**_part(experiment, _CONFIGURATION), **experiment.hyperparameters})


def _part(experiment: Experiment, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(experiment, name) for name in names}


def _measures(experiment: Experiment) -> dict[str, Any]:
    """The metrics; of the comparison with the earlier run only its outcome, not the tables behind it."""
    earlier = experiment.metrics.get("earlier")
    if not isinstance(earlier, Mapping):
        return experiment.metrics
    outcome = {name: value for name, value in earlier.items() if not isinstance(value, Mapping)}
    return {**experiment.metrics, "earlier": outcome}


def _same_test_set(experiments: list[Experiment]) -> bool | None:
    """None where a digest is not known."""
    digests = {each.split_digests.get("test", "") for each in experiments}
    return None if "" in digests else len(digests) == 1


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Value]:
    """Nested tables with dotted names; a list becomes text."""
    flat: dict[str, Value] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list | tuple):
            flat[f"{prefix}{key}"] = ", ".join(map(str, value))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _rows(columns: list[dict[str, Value]]) -> list[ComparedRow]:
    """One row a name, in the order in which names first appear."""
    names = list(dict.fromkeys(name for column in columns for name in column))
    return [ComparedRow(name=name, values=[column.get(name) for column in columns]) for name in names]
