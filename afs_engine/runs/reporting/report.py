"""What a tracker is told of a registered run, and which trackers there are.

A tracker is a package of the person's own choice; it is imported only when a run is told to it. Owns the
choice and the facts; how a tracker wants them is in the files beside this one.
"""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from afs_engine.errors import AfsError, StorageError
from afs_engine.events import MetricPoint
from afs_engine.runs.files.register import open_registry
from afs_engine.runs.journal import read_journal
from afs_engine.runs.reporting.trackers import Tracker, check_tracker
from afs_engine.stages.registry.comparing import Value, flat_measures, flat_settings
from afs_engine.stages.registry.experiment import Experiment


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run: `project` groups the versions of a name; `points` are its curves, in the order measured.

    `home` is the workspace, where a tracker without a place of its own keeps its files.
    """

    project: str
    label: str
    home: Path
    settings: dict[str, Value]
    measures: dict[str, float]
    tags: list[str]
    notes: str
    points: list[MetricPoint]


class Reported(BaseModel):
    """What was told to which tracker, and where the tracker says it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: str
    tracker: str
    measures: int
    points: int
    place: str


def report_experiment(registry: Path | None, label: str, tracker: Tracker) -> Reported:
    """Tells the tracker of a registered run. Raises MissingPartError, StorageError when it refuses."""
    check_tracker(tracker)
    opened = open_registry(registry)
    return report(opened.find(label), opened.path.absolute().parent.parent, tracker)


def report(experiment: Experiment, home: Path, tracker: Tracker) -> Reported:
    """As `report_experiment`, for an experiment at hand. What the package prints goes to stderr."""
    facts = _facts(experiment, home)
    push: Callable[[RunFacts], str] = import_module(f"afs_engine.runs.reporting.{tracker}_report").push
    try:
        with contextlib.redirect_stdout(sys.stderr):
            place = push(facts)
    except AfsError:
        raise
    except Exception as error:  # the package's own: a tracker that is down must not look like a defect
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise StorageError(f"{tracker} did not take the run: {reason}") from error
    return Reported(
        label=experiment.label,
        tracker=tracker,
        measures=len(facts.measures),
        points=len(facts.points),
        place=place,
    )


def _facts(experiment: Experiment, home: Path) -> RunFacts:
    journal = home / experiment.run_dir / "journal.jsonl" if experiment.run_dir else home / "none"
    numbers = {
        name: float(value)
        for name, value in flat_measures(experiment).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    return RunFacts(
        project=experiment.name,
        label=experiment.label,
        home=home,
        settings=flat_settings(experiment),
        measures=numbers,
        tags=experiment.tags,
        notes=experiment.notes,
        points=[event for event in read_journal(journal) if isinstance(event, MetricPoint)],
    )
