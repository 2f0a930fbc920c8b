"""A workspace that is moved takes its jobs with it."""

from pathlib import Path

from afs_engine.runs.jobs.record import JobRecord, choose_id, job_files, read_records
from afs_engine.runs.workspace import Workspace


def test_jobs_are_known_after_the_workspace_has_moved(tmp_path: Path) -> None:
    old, elsewhere = tmp_path / "old", tmp_path / "elsewhere"
    for number, folder in enumerate([old / "runs" / "v2", elsewhere / "adapter"]):
        record = JobRecord(
            id=folder.name,
            kind="run",
            folder=folder,
            events=folder / "journal.jsonl",
            recipe=old / "recipe.toml",
            started_at=number,
        )
        job_files(Workspace(old), record.id).write_record(record)
        assert job_files(Workspace(old), record.id).read_record() == record
    new = Workspace(old.rename(tmp_path / "new"))
    first, second = read_records(new)
    assert (first.folder, first.recipe) == (new.runs / "v2", new.root / "recipe.toml")
    assert first.events == new.runs / "v2" / "journal.jsonl"
    assert second.folder == elsewhere / "adapter"
    assert choose_id(new, new.runs / "v2") == "v2"  # the same job, not a second of its name
