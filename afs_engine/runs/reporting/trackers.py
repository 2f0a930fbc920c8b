"""Which trackers there are, and whether one is on this machine. Light: imports no tracker."""

import importlib.util
from typing import Literal

from afs_engine.errors import MissingPartError

Tracker = Literal["trackio", "mlflow"]
TRACKERS: tuple[Tracker, ...] = ("trackio", "mlflow")


def check_tracker(tracker: Tracker) -> None:
    """Raises MissingPartError when the tracker's package is not there; imports nothing."""
    if importlib.util.find_spec(tracker) is None:
        raise MissingPartError(
            f"report_to = '{tracker}' needs the package {tracker}", hint=f"pip install 'afs[{tracker}]'"
        )
