"""Watching the jobs of the open workspace: which one is at work, and its events as they come.

One loop a studio. It looks twice a second while a job lives, else once a second; every look is made in a
thread and gives at most one tick, after the paint of a key. Jobs belong to the engine: this only reads.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from afs_engine import api
from afs_tui.last_input import LastInput
from afs_tui.models.job_feed import JobFeed

_LIVE_SECONDS = 0.5
_IDLE_SECONDS = 1.0
_LIST_EVERY = 5  # looks at a live job between looks for others
_WAIT_SECONDS, _MOST_WAITS = 0.03, 10  # for a key's paint; a key held down stops no tick for longer
_MOST_BATCHES = 8  # about a megabyte each; a long journal is taken up over several ticks


@dataclass(frozen=True, slots=True)
class JobTick:
    """Something moved. `job` is the newest live job, else the newest; None where there never was one.

    `has_ended` says that it was live at the last tick; `stage_moved` that a stage began
    or ended, or that its state is another.
    """

    job: "api.Job | None"
    feed: JobFeed
    has_ended: bool = False
    stage_moved: bool = False


@dataclass(slots=True)
class _Look:
    job: "api.Job | None"
    batches: list["api.EventBatch"] = field(default_factory=list)


class JobWatch:
    """`run` loops until it is cancelled; `on_tick` is called in the UI."""

    def __init__(
        self, folder: Callable[[], Path | None], on_tick: Callable[[JobTick], None], last_input: LastInput
    ) -> None:
        self._folder = folder
        self._on_tick = on_tick
        self._last_input = last_input
        self._job: api.Job | None = None
        self._offset: int | None = None
        self._looks = 0
        self.feed = JobFeed()
        self._looks_wanted, self._looks_made = 1, 0
        self._soon = asyncio.Event()

    @property
    def job(self) -> "api.Job | None":
        return self._job

    def look_soon(self) -> None:
        """Looks at once: a job was started or stopped just now, or another workspace is open."""
        self._looks = 0
        self._looks_wanted += 1
        self._soon.set()

    @property
    def has_looked(self) -> bool:
        """Whether no look that somebody waits for is still to be made."""
        return self._looks_made == self._looks_wanted

    async def run(self) -> None:
        """Looks and ticks for as long as the studio lives."""
        while True:
            folder, wanted = self._folder(), self._looks_wanted
            if folder is not None:
                look = await asyncio.to_thread(self._look, folder)
                await self._wait_for_paint()
                self._take(look)
            self._looks_made = wanted
            is_live = self._job is not None and self._job.is_live
            try:
                await asyncio.wait_for(self._soon.wait(), _LIVE_SECONDS if is_live else _IDLE_SECONDS)
            except TimeoutError:
                continue
            self._soon.clear()

    async def _wait_for_paint(self) -> None:
        for _ in range(_MOST_WAITS):
            if not self._last_input.is_being_painted:
                return
            await asyncio.sleep(_WAIT_SECONDS)

    def _look(self, folder: Path) -> _Look:
        """Reads in a thread; a workspace that went away has no jobs."""
        try:
            job = self._find(folder)
            if job is None:
                return _Look(None)
            offset = self._offset if self._is_same(job) else None
            look = _Look(job)
            for _ in range(_MOST_BATCHES):
                batch = api.read_job_events(job, offset)
                look.batches.append(batch)
                offset = batch.offset
                if not batch.events:
                    break
            return look
        except (api.AfsError, OSError):
            return _Look(None)

    def _find(self, folder: Path) -> "api.Job | None":
        lists_all = self._looks % _LIST_EVERY == 0
        self._looks += 1
        if self._job is not None and self._job.is_live and not lists_all:
            return api.read_job(folder, self._job.id)
        jobs = api.list_jobs(folder)
        live = [job for job in jobs if job.is_live]
        return (live or jobs)[-1] if jobs else None

    def _is_same(self, job: "api.Job") -> bool:
        """Whether it is the attempt that is being followed."""
        known = self._job
        return known is not None and (known.id, known.started_at) == (job.id, job.started_at)

    def _take(self, look: _Look) -> None:
        before, job = self._job, look.job
        is_new = job is not None and not self._is_same(job)
        if job is None or is_new:
            self.feed, self._offset = JobFeed(), None
        stage, known = self.feed.stage, self.feed.version
        self._job = job
        for batch in look.batches:
            self.feed.take(batch.events)
            self._offset = batch.offset
        if job is not None and job.state == "paused":
            self.feed.hold()
        is_other_state = before is None or job is None or before.state != job.state
        if job is None and before is None:
            return
        has_ended = bool(before and before.is_live and job and not is_new and not job.is_live)
        if is_new or is_other_state or self.feed.version != known:
            moved = is_new or is_other_state or stage != self.feed.stage
            self._on_tick(JobTick(job, self.feed, has_ended, moved))
