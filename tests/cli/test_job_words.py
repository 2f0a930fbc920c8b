"""How a job's place reads, also where it has none yet."""

from afs_engine.cli.jobs.words import state_and_place
from afs_engine.runs.jobs.state import Job


def test_a_job_that_was_stopped_before_its_first_step_is_at_no_place() -> None:
    early = Job.model_construct(id="c1", state="stopped", stage="", done=0, total=None, unit="")
    assert state_and_place(early) == "c1: stopped"
    later = early.model_copy(update={"stage": "train", "done": 12, "total": 76, "unit": "steps"})
    assert state_and_place(later) == "c1: stopped at train 12/76 steps"
