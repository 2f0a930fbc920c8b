"""What a finished run tells a person: where everything is, and what to do next."""

from pathlib import Path

from afs_engine.data.counted import counted
from afs_engine.data.display import show_path
from afs_engine.events import RunFinished

_PLACES = (
    ("adapter", "adapter"),
    ("summary", "summary.md"),
    ("metrics", "metrics.json"),
    ("data", "data"),
    ("leaks", "leak.json"),
    ("ledger", "ledger.json"),
    ("journal", "journal.jsonl"),
)


def result_lines(finished: RunFinished) -> list[str]:
    """The run's folder and what lies in it."""
    folder = Path(finished.run_dir)
    executed = sum(state == "executed" for state in finished.stages.values())
    cached = len(finished.stages) - executed
    lines = [f"run finished: {counted(executed, 'stage')} executed, {cached} from the cache"]
    lines += [f"  {what:<8} {show_path(folder / name)}" for what, name in _PLACES if (folder / name).exists()]
    registered = finished.stages.get("register")
    if registered:
        lines.append(
            "next: `afs training registry-list` in this workspace, or change the recipe and run it again"
        )
    return lines
