"""What a training backend is: a job in, events out, an adapter on disk, a result back.

Backends are chosen by name in `choose_backend`; each imports its packages only when it trains.
"""

from collections.abc import Callable
from typing import Protocol

from afs_engine.events import AnyEvent
from afs_engine.stages.training.results import TrainResult
from afs_engine.stages.training.settings import TrainJob

Emit = Callable[[AnyEvent], None]
ShouldStop = Callable[[], bool]


class TrainingBackend(Protocol):
    """Trains one adapter."""

    def train(self, job: TrainJob, emit: Emit, should_stop: ShouldStop) -> TrainResult:
        """Trains, or goes on where an interrupted training of the same job stopped.

        `should_stop` is asked after every optimizer step; on True the backend saves a checkpoint and
        raises InterruptedRunError. Raises InputError on unusable data, WorkerError when training
        itself fails.
        """


def choose_backend(name: str) -> TrainingBackend:
    """The backend that the settings name; `name` is checked when they are read."""
    from afs_engine.stages.training.trl_backend import TrlBackend

    return {"trl": TrlBackend}[name]()
