"""A run for MLflow: parameters, curves with their own times, final measures, tags.

Goes to MLFLOW_TRACKING_URI where that is set, else to `mlruns` in the workspace.
"""

import os
import re
from collections.abc import Sequence
from typing import TypeVar

from afs_engine.runs.reporting.report import RunFacts

_METRICS_AT_ONCE = 1000  # the server's limits for one call
_PARAMS_AT_ONCE = 100
_LONGEST_PARAM = 500
_Item = TypeVar("_Item")
_FORBIDDEN = re.compile(r"[^\w\-./ ]")


def push(facts: RunFacts) -> str:
    """Writes the run; returns its place."""
    from mlflow.entities import Metric, Param, RunTag
    from mlflow.tracking import MlflowClient

    uri = os.environ.get("MLFLOW_TRACKING_URI") or _own_store(facts)
    client = MlflowClient(tracking_uri=uri)
    known = client.get_experiment_by_name(facts.project)
    experiment = known.experiment_id if known else client.create_experiment(facts.project)
    last_ms = max((round(point.at * 1000) for point in facts.points), default=0)
    run = client.create_run(experiment, run_name=facts.label, start_time=_first_ms(facts))
    metrics = [Metric(_name(p.name), p.value, round(p.at * 1000), p.step) for p in facts.points]
    metrics += [Metric(_name(name), value, last_ms, 0) for name, value in facts.measures.items()]
    params = [Param(_name(k), str(value)[:_LONGEST_PARAM]) for k, value in facts.settings.items()]
    tags = [RunTag(_name(tag), "true") for tag in facts.tags]
    tags += [RunTag("mlflow.note.content", facts.notes)] if facts.notes else []
    for part in _parts(metrics, _METRICS_AT_ONCE):
        client.log_batch(run.info.run_id, metrics=part)
    for part in _parts(params, _PARAMS_AT_ONCE):
        client.log_batch(run.info.run_id, params=part)
    client.log_batch(run.info.run_id, tags=tags)
    client.set_terminated(run.info.run_id, end_time=last_ms or None)
    return f"{uri}, run {run.info.run_id}"


def _own_store(facts: RunFacts) -> str:
    """A folder: a database needs more of MLflow than its client. MLflow wants a yes to folders."""
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    return (facts.home / "mlruns").as_uri()


def _first_ms(facts: RunFacts) -> int | None:
    return round(facts.points[0].at * 1000) if facts.points else None


def _name(text: str) -> str:
    """MLflow takes letters, digits and a few signs."""
    return _FORBIDDEN.sub("_", text)


def _parts(items: Sequence[_Item], size: int) -> list[Sequence[_Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
