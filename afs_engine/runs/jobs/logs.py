"""What a job said, in lines: its events in words, and the end of its raw output.

Reads bounded pieces from the ends of the files, however large they have grown.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from afs_engine import events
from afs_engine.data.counted import counted
from afs_engine.data.display import clean_text
from afs_engine.runs.jobs.event_file import read_last_events
from afs_engine.runs.jobs.follow import read_job
from afs_engine.worker.worker_files import read_tail

_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class JobLogs:
    """The last events worth a line, and the last lines that the job's processes printed."""

    events: list[str]
    output: list[str]
    output_path: str


def read_logs(workspace: Path, job_id: str, lines: int) -> JobLogs:
    """At most so many of each. Raises UsageError where there is no such job."""
    job = read_job(workspace, job_id)
    told = [
        f"{_clock(event.at)}  {text}"
        for event in read_last_events(Path(job.events), job.events_from, _MOST_BYTES)
        if (text := describe(event))
    ]
    printed = [clean_text(line) for line in read_tail(Path(job.log), _MOST_BYTES)]
    return JobLogs(told[-lines:], printed[-lines:], job.log)


def describe(event: events.AnyEvent) -> str:
    """The event as one line; "" for those that are only for progress bars."""
    match event:
        case events.RunStarted():
            return f"{'taken up again' if event.resumed else 'started'}: {event.name}"
        case events.StageStarted():
            return f"{event.stage}: started"
        case events.StageFinished():
            return f"{event.stage}: {event.state}, {counted(event.rows_in, 'row')} in, {event.rows_out:,} out"
        case events.MetricPoint(name="train_loss" | "val_loss"):
            return f"step {event.step}: {event.name.replace('_', ' ')} {event.value:.4f}"
        case events.CheckpointSaved():
            return f"step {event.step}: saved {Path(event.path).name}"
        case events.LogLine():
            return f"{event.level}: {event.text}" if event.level != "info" else event.text
        case events.RunFinished():
            return "finished"
        case events.RunFailed():
            return f"failed: {event.error}"
        case _:
            return ""


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone().strftime("%H:%M:%S")
