"""What a job's events add up to: stages, progress, curves, log."""

from afs_engine.events import (
    LogLine,
    MemorySample,
    MetricPoint,
    Progress,
    RunFailed,
    RunStarted,
    StageFinished,
    StageStarted,
)
from afs_tui.models.job_feed import JobFeed, StageProgress


def test_a_stage_runs_then_is_done_with_its_rows() -> None:
    feed = JobFeed()
    feed.take([StageStarted(stage="score"), Progress(stage="score", done=10, total=40, at=1.0)])
    assert feed.stage == "score" and feed.stages["score"].share == 0.25
    feed.take([StageFinished(stage="score", state="executed", digest="", rows_in=40, rows_out=30, seconds=2)])
    done = feed.stages["score"]
    assert (done.state, done.rows_in, done.rows_out, done.seconds) == ("executed", 40, 30, 2)


def test_rate_and_time_left_count_from_where_a_resumed_stage_began() -> None:
    feed = JobFeed()
    feed.take([Progress(stage="train", done=100, total=200, unit="steps", at=10.0)])
    assert feed.stages["train"].rate_per_second is None
    feed.take([Progress(stage="train", done=120, total=200, unit="steps", at=20.0)])
    assert feed.stages["train"].rate_per_second == 2.0
    assert feed.stages["train"].left_seconds == 40.0


def test_the_time_in_which_a_job_is_held_slows_no_rate() -> None:
    feed = JobFeed()
    steps = [Progress(stage="train", done=done, total=40, at=float(at)) for done, at in ((0, 0), (10, 5))]
    feed.take(steps)
    assert feed.stages["train"].rate_per_second == 2.0
    feed.hold()
    assert feed.stages["train"].rate_per_second is None and feed.stages["train"].left_seconds is None
    feed.take(
        [Progress(stage="train", done=done, total=40, at=float(at)) for done, at in ((11, 900), (21, 905))]
    )
    assert feed.stages["train"].rate_per_second == 2.0


def test_a_total_that_is_not_known_gives_no_share_and_no_time_left() -> None:
    stage = StageProgress("running", done=5, began=0.0, latest=9.0)
    assert stage.share is None and stage.left_seconds is None


def test_metrics_become_curves_and_memory_is_kept() -> None:
    feed = JobFeed()
    feed.take([MetricPoint(name="train_loss", step=step, value=1 / step) for step in (1, 2, 4)])
    feed.take([MemorySample(rss_bytes=5)])
    assert feed.curves["train_loss"].last_value == 0.25
    assert feed.memory[-1].rss_bytes == 5


def test_a_failure_marks_its_stage_and_a_new_start_forgets_it() -> None:
    feed = JobFeed()
    feed.take([StageStarted(stage="train"), RunFailed(error="out of memory", stage="train")])
    assert feed.stages["train"].state == "failed" and feed.failure is not None
    feed.take([RunStarted(name="v2", run_dir="", recipe="", resumed=True)])
    assert feed.failure is None


def test_a_reader_that_was_away_gets_the_lines_it_missed() -> None:
    feed = JobFeed()
    feed.take([LogLine(text=f"line {n}") for n in range(5)])
    assert [text for _, text in feed.lines_after(3)] == ["line 3", "line 4"]
    assert feed.lines_after(5) == []
