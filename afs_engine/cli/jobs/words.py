"""How a job reads on a terminal."""

from datetime import UTC, datetime

from afs_engine.data.display import show_path
from afs_engine.runs.jobs.state import Job


def place_text(job: Job) -> str:
    """E.g. "train 12/76 steps"."""
    if not job.done and job.total is None:
        return job.stage
    of = f"/{job.total:,}" if job.total is not None else ""
    return f"{job.stage} {job.done:,}{of} {job.unit}"


def state_and_place(job: Job) -> str:
    """E.g. "c1: stopped at train 12/76 steps"; without a place before the first step."""
    place = place_text(job)
    return f"{job.id}: {job.state}" + (f" at {place}" if place else "")


def age_text(job: Job) -> str:
    """How long ago the last event was; "" for a job that has ended."""
    return "" if job.last_event_age_seconds is None else f"{duration(job.last_event_age_seconds)} ago"


def time_text(seconds: float) -> str:
    """A time of day here, to the second."""
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def duration(seconds: float) -> str:
    """E.g. "42 s", "12 min", "3.5 h"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def job_lines(job: Job) -> list[str]:
    """One job in full."""
    facts = {
        "job": f"{job.id} ({job.kind})",
        "state": job.state,
        "at": place_text(job),
        "last event": age_text(job),
        "started": time_text(job.started_at),
        "process": str(job.pid or ""),
        "reason": job.reason,
        "next": job.hint,
        "recipe": job.recipe and show_path(job.recipe),
        "folder": show_path(job.folder),
        "events": show_path(job.events),
        "log": show_path(job.log),
    }
    return [f"{name:<11}{value}" for name, value in facts.items() if value]
