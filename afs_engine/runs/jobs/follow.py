"""Following a job: its events from a byte on, until it has ended.

For polling, `read_job_events` costs one `stat` when nothing is new; `follow_events` polls itself.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from afs_engine.runs.jobs.event_file import EventBatch, read_events
from afs_engine.runs.jobs.record import find_record, read_records
from afs_engine.runs.jobs.state import Job, observe
from afs_engine.runs.workspace import find_workspace

_POLL_SECONDS = 0.1


def list_jobs(workspace: Path) -> list[Job]:
    """All jobs of the workspace around a folder, the oldest start first."""
    home = find_workspace(workspace.absolute())
    return [observe(home, record) for record in read_records(home)]


def read_job(workspace: Path, job_id: str) -> Job:
    """One job now. Raises UsageError where there is none of that name."""
    home = find_workspace(workspace.absolute())
    return observe(home, find_record(home, job_id))


def read_job_events(job: Job, from_offset: int | None = None) -> EventBatch:
    """The job's events from a byte on (None: where this attempt begins), and the byte to go on from."""
    return read_events(Path(job.events), job.events_from if from_offset is None else from_offset)


def follow_events(workspace: Path, job: Job, from_offset: int | None = None) -> Iterator[EventBatch]:
    """Batches as they come; ends when the job has ended and all of its events were given."""
    offset = job.events_from if from_offset is None else from_offset
    while True:
        is_live = read_job(workspace, job.id).is_live  # asked before reading: the last events are not missed
        batch = read_events(Path(job.events), offset)
        offset = batch.offset
        if batch.events:
            yield batch
        elif not is_live:
            return
        else:
            time.sleep(_POLL_SECONDS)
