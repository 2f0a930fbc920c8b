"""The training screen: settings become keys of the recipe; a job's events become curves and a log."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from afs_engine.events import LogLine, MetricPoint, Progress, RunStarted, StageStarted
from afs_engine.runs.jobs.record import JobRecord, job_files
from afs_engine.runs.journal import Journal
from afs_engine.runs.workspace import Workspace
from afs_tui.app import StudioApp
from tests.gated_run import shut, write_gated
from tests.tui.studio import screen_text, until, until_shown
from tests.tui.studio_on import drive_studio


def begin_job(recipe: Path) -> Journal:
    """A run that another process seems to do: its journal, held open."""
    workspace = Workspace(recipe.parent)
    run = workspace.runs / "watched"
    run.mkdir(parents=True)
    journal = Journal(run / "journal.jsonl", [])
    files = job_files(workspace, "watched")
    files.folder.mkdir(parents=True)
    record = JobRecord(id="watched", kind="run", folder=run, events=run / "journal.jsonl", started_at=2e9)
    files.write_record(record)
    journal.record(RunStarted(name="watched", run_dir=str(run), recipe=str(recipe)))
    journal.record(StageStarted(stage="train"))
    return journal


def test_a_setting_is_changed_by_its_kind_and_unset_again(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("6")
        await until_shown(pilot, "batch_size")
        await until_shown(pilot, "epochs")
        while "how often every row is seen" not in screen_text(app):
            assert "seed:" not in screen_text(app), "epochs was passed over"
            await pilot.press("down")
        await pilot.press("e")
        await until_shown(pilot, "Empty: 2")
        app.screen.query_one(Input).value = "many"
        await pilot.press("enter")
        await until_shown(pilot, "this is no whole number")
        app.screen.query_one(Input).value = "3"
        await pilot.press("enter")
        document = app.studio.document
        assert document is not None and document.value("train", "epochs") == 3
        await pilot.pause()
        await until_shown(pilot, "114 steps")
        await until_shown(pilot, "✓ fits")
        await pilot.press("d")
        assert document.value("train", "epochs") is None

    drive_studio(drive, recipe)


def test_a_job_is_found_watched_and_its_end_told(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("6")
        with begin_job(recipe) as journal:
            await until_shown(pilot, "watched")
            for step in range(1, 40):
                journal.record(MetricPoint(name="train_loss", step=step, value=5 / step))
                journal.record(Progress(stage="train", done=step, total=40, unit="steps"))
            journal.record(LogLine(level="warning", text="[/] a row was \x1b[31mcut"))
            await until_shown(pilot, "39/40 steps")
            await until_shown(pilot, "train loss 0.1282")
            await until_shown(pilot, "[/] a row was \\x1b[31mcut")
            await until_shown(pilot, "Stop job")
            shown = screen_text(app)
            assert "running" in shown and "r Run" not in shown
        await until_shown(pilot, "killed")

    drive_studio(drive, recipe)


def test_lines_that_came_while_another_screen_was_shown_are_there(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("6")
        with begin_job(recipe) as journal:
            await until_shown(pilot, "watched")
            await pilot.press("1")
            journal.record(LogLine(text="said in the dark"))
            watch = app.job_watch
            assert watch is not None
            await until(pilot, lambda: any(text == "said in the dark" for _, text in watch.feed.log))
            await pilot.press("6")
            await until_shown(pilot, "said in the dark")

    drive_studio(drive, recipe)


def test_what_moved_under_a_card_is_there_when_it_closes(recipe: Path) -> None:
    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("6")
        with begin_job(recipe) as journal:
            await until_shown(pilot, "watched")
            await pilot.press("question_mark")
            journal.record(LogLine(text="said under a card"))
            journal.record(Progress(stage="train", done=7, total=40, unit="steps"))
            watch = app.job_watch
            assert watch is not None
            await until(pilot, lambda: any(text == "said under a card" for _, text in watch.feed.log))
            assert "said under a card" not in screen_text(app)
            await pilot.press("escape")
            await until_shown(pilot, "said under a card")
            await until_shown(pilot, "7/40 steps")

    drive_studio(drive, recipe)


def test_a_job_is_paused_goes_on_and_is_stopped(tmp_path: Path) -> None:
    recipe = write_gated(tmp_path)
    shut(recipe)

    async def drive(app: StudioApp, pilot: Pilot[Any]) -> None:
        await pilot.press("6")
        await until_shown(pilot, "r Run")
        assert "Pause" not in screen_text(app)
        await pilot.press("r")
        await until_shown(pilot, "running v1")
        await pilot.press("p")
        await until_shown(pilot, "paused v1")
        await until_shown(pilot, "p Go on")
        await pilot.press("p")
        await until_shown(pilot, "running v1")
        await pilot.press("p")
        await until_shown(pilot, "paused v1")
        await pilot.press("1")
        await until_shown(pilot, "it stays held")
        await pilot.press("x")
        await until_shown(pilot, "stopped v1")

    drive_studio(drive, recipe)
