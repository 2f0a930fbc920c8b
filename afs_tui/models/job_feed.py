"""What is known of one job from its events: stages, progress, curves, memory, log, and how it ended.

Pure: events go in, in order; a journal that is read again from its start begins with `JobFeed()`. Knows
no clock but the events' own.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from afs_engine.events import (
    AnyEvent,
    BudgetAlarm,
    CheckpointSaved,
    CostTick,
    LogLine,
    MemorySample,
    MetricPoint,
    Progress,
    RentalChanged,
    RunFailed,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
)
from afs_tui.models.curve import Curve

_MOST_LOG_LINES = 50_000
_MOST_SAMPLES = 600


@dataclass(slots=True)
class StageProgress:
    """One stage of a job. `state` is "running", "executed", "cached" or "failed".

    `done` and `total` count `unit`s; `began` is when its progress was first told, `first_done` how much
    was done then (a resumed training starts in the middle).
    """

    state: str
    rows_in: int | None = None
    rows_out: int | None = None
    seconds: float | None = None
    done: int = 0
    total: int | None = None
    unit: str = ""
    note: str = ""
    began: float | None = None
    first_done: int = 0
    latest: float = 0.0

    @property
    def share(self) -> float | None:
        return self.done / self.total if self.total else None

    @property
    def rate_per_second(self) -> float | None:
        """None until two looks are apart."""
        if self.began is None or self.latest - self.began < 0.5 or self.done <= self.first_done:
            return None
        return (self.done - self.first_done) / (self.latest - self.began)

    @property
    def left_seconds(self) -> float | None:
        """The time left at the rate so far."""
        rate = self.rate_per_second
        return None if rate is None or self.total is None else (self.total - self.done) / rate


@dataclass(slots=True)
class JobFeed:
    """`log` has the newest lines; `logged` counts all that ever came, so a reader can catch up."""

    stages: dict[str, StageProgress] = field(default_factory=dict)
    stage: str = ""
    curves: dict[str, Curve] = field(default_factory=dict)
    memory: deque[MemorySample] = field(default_factory=lambda: deque(maxlen=_MOST_SAMPLES))
    log: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=_MOST_LOG_LINES))
    logged: int = 0
    cost: CostTick | None = None
    failure: RunFailed | None = None
    version: int = 0

    def take(self, events: Iterable[AnyEvent]) -> None:
        """Goes on by these events."""
        for event in events:
            self._take(event)
            self.version += 1

    def hold(self) -> None:
        """The job is held: it has no rate, and counts one anew from where it goes on."""
        for stage in self.stages.values():
            stage.began = None

    def lines_after(self, seen: int) -> list[tuple[str, str]]:
        """The log lines after the first `seen`, as far as they are still kept."""
        new = min(self.logged - seen, len(self.log))
        return list(islice(reversed(self.log), new))[::-1] if new > 0 else []

    def _take(self, event: AnyEvent) -> None:
        match event:
            case LogLine():
                self._say(event.level, event.text)
            case MetricPoint():
                self.curves.setdefault(event.name, Curve()).add(event.step, event.value)
            case MemorySample():
                self.memory.append(event)
            case Progress():
                self._progress(event)
            case StageStarted():
                self.stage = event.stage
                self.stages[event.stage] = StageProgress("running")
                self._say("debug", f"{event.stage} started")
            case StageFinished():
                self._finish(event)
            case _:
                self._take_rare(event)

    def _take_rare(self, event: AnyEvent) -> None:
        match event:
            case RunFailed():
                self.failure = event
                if event.stage in self.stages:
                    self.stages[event.stage].state = "failed"
                self._say("error", event.error)
            case RunStarted():
                self.failure = None
                self._say("info", f"{event.name} {'goes on' if event.resumed else 'started'}")
            case CheckpointSaved():
                self._say("debug", f"checkpoint of step {event.step}")
            case RunFinished():
                self._say("info", "finished")
            case CostTick():
                self.cost = event
            case RentalChanged():
                self._say("info", f"rental {event.rental_id}: {event.state} {event.note}".rstrip())
            case BudgetAlarm():
                self._say("warning", f"{event.percent} % of the budget is spent")
            case _:
                pass

    def _say(self, level: str, text: str) -> None:
        self.log.append((level, text))
        self.logged += 1

    def _progress(self, event: Progress) -> None:
        stage = self.stages.setdefault(event.stage, StageProgress("running"))
        if stage.began is None or event.done < stage.done or event.unit != stage.unit:
            stage.began, stage.first_done = event.at, event.done
        stage.done, stage.total, stage.unit = event.done, event.total, event.unit
        stage.note, stage.latest = event.note, event.at

    def _finish(self, event: StageFinished) -> None:
        stage = self.stages.setdefault(event.stage, StageProgress(event.state))
        stage.state, stage.seconds = event.state, event.seconds
        stage.rows_in, stage.rows_out = event.rows_in, event.rows_out
        self._say("info", f"{event.stage} {event.state}, {event.seconds:.1f} s")
