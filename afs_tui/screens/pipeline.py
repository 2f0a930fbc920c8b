"""The home screen: the recipe's stages, what is done, what would run and why, and the recipe's text.

Owns the words of this screen and which command equals what is shown. Plans come from the engine.
"""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.job_watch import JobTick
from afs_tui.models.job_feed import JobFeed
from afs_tui.screens.studio_screen import StudioScreen, bindings_for
from afs_tui.stage_cells import STAGE_COLUMNS, stage_cells
from afs_tui.style_files import style_file
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.recipe_pane import RecipePane
from afs_tui.widgets.row_list import RowList
from afs_tui.words.stage import STAGE_WORDS


class PipelineScreen(StudioScreen):
    """Stages at the left, the recipe at the right, what to press below."""

    MODE = "pipeline"
    RUN_UNTIL = ""
    BINDINGS: ClassVar[list[Binding]] = bindings_for("pipeline")  # type: ignore[assignment]
    CSS_PATH = style_file("pipeline")

    def __init__(self) -> None:
        super().__init__()
        self._view: api.PipelineView | None = None
        self._feed: JobFeed | None = None
        self._state = ""  # of the job at work

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "run_to_stage" and (not self.has_recipe or self.studio_app.has_live_job):
            return False
        if action in ("copy_command", "edit_recipe") and not self.has_recipe:
            return False
        return super().check_action(action, parameters)

    def compose_body(self) -> ComposeResult:
        if not self.has_recipe:
            yield EmptyState(
                "No recipe is open",
                "A recipe is one text file that says where your data is and how to train on it.",
                "n  writes a sample recipe with data to try      ^l  opens one you have",
            )
            return
        with Horizontal():
            with Vertical(id="pipeline-left"):
                stages = RowList(STAGE_COLUMNS, id="stages", empty="reading the recipe")
                stages.add_class("pane")
                stages.border_title = "Pipeline"
                yield stages
                about = Static(id="stage-about", classes="pane")
                about.border_title = "Next"
                yield about
            pane = RecipePane(id="recipe")
            pane.add_class("pane")
            pane.border_title = "Recipe"
            pane.border_subtitle = "e edits"
            yield pane

    def refresh_view(self) -> None:
        if not self.has_recipe:
            return
        if not self.query("#stages"):  # the first recipe was opened just now
            self.refresh(recompose=True)
            self.call_after_refresh(self.refresh_view)
            return
        document = self.document
        self.query_one(RecipePane).show_text(document.text)
        path, text = document.path, document.text
        self.ask(lambda: self.studio.reader.read_pipeline(path, text), self._show)

    def _show(self, view: api.PipelineView) -> None:
        self._view = view
        self.query_one(
            "#stages"
        ).border_subtitle = f"{clean_line(view.run_name)}, base {clean_line(view.base_model)}"
        self._show_stages()
        self._show_about()

    def job_tick(self, tick: JobTick) -> None:
        old_state = self._state
        job = tick.job if tick.job is not None and tick.job.is_live else None
        self._feed, self._state = (tick.feed, job.state) if job is not None else (None, "")
        if self.is_active:
            self._show_stages()
            if old_state != self._state:
                self._show_about()

    def on_screen_resume(self) -> None:
        self._show_stages()  # a job may have moved on while another screen was shown
        self._show_about()

    def _show_stages(self) -> None:
        if self._view is None or not self.query("#stages"):
            return
        live = self._feed.stages if self._feed else {}
        rows = [stage_cells(stage, live.get(stage.stage)) for stage in self._view.stages]
        self.query_one("#stages", RowList).show_rows(rows)

    def on_row_list_moved(self) -> None:
        self._show_about()

    def action_run_to_stage(self) -> None:
        stage = self._chosen()
        if stage is not None:
            self.studio_app.start_run(stage.stage)

    def _chosen(self) -> "api.StageLine | None":
        if self._view is None:
            return None
        return self._view.stages[self.query_one("#stages", RowList).cursor]

    def _show_about(self) -> None:
        stage = self._chosen()
        if stage is None or self._view is None:
            return
        about = self.query_one("#stage-about", Static)
        about.border_title = stage.stage
        hints = watch_hints(self._state) if self._state else start_hints(self._view)
        about.update(Content("\n").join([*about_stage(stage), Content(""), *hints]))

    def _command(self) -> str:
        words = ["run", str(self.document.path)]
        stage = self._chosen()
        if stage is not None and self._view is not None and stage != self._view.stages[-1]:
            words += ["--until", stage.stage]
        return self.studio.describe_command(*words)

    def action_copy_command(self) -> None:
        if self.has_recipe:
            self.app.copy_to_clipboard(self._command())
            self.notify(self._command(), title="Copied", markup=False, timeout=4)

    def action_edit_recipe(self) -> None:
        from afs_tui.modals.text_modal import TextModal

        if self.has_recipe:
            self.app.push_screen(TextModal(self.document.path.name, self.document.text), self._take_text)

    def _take_text(self, text: str | None) -> None:
        if text is not None:
            self.studio_app.replace_recipe(text)

    def action_create_sample(self) -> None:
        from afs_tui.modals.path_modal import PathModal

        modal = PathModal(
            "Write the sample recipe",
            Path.cwd() / "my-model",
            check=_why_not_here,
            text="A new folder for the recipe, its sample data, and later its runs.",
        )
        self.app.push_screen(modal, self._create_sample)

    def _create_sample(self, folder: Path | None) -> None:
        if folder is not None:
            self.ask(
                lambda: api.init_workspace(folder),
                self.studio_app.open_recipe,
                group="create",
                is_wish=True,
            )


def _why_not_here(path: Path) -> str:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        return "there is something here already; name a new folder"
    return ""


def start_hints(view: "api.PipelineView") -> list[Content]:
    """What a newcomer may press: words for the first screen."""
    waiting = [each.stage for each in view.stages if each.state == "would run"]
    keys = [("t", "run up to the chosen stage"), ("e", "edit the recipe by hand")]
    if "train" in waiting:
        what = f"train {clean_line(view.base_model)} on {len(view.sources)} sources"
        keys.insert(0, ("r", f"{what}, {len(waiting)} stages to do"))
    else:
        keys[:1] = [("8", "see what came out"), ("3 4 6", "turn a knob: threshold, shares, training")]
    return _key_lines(keys)


def watch_hints(state: str) -> list[Content]:
    """What one may press while a job is at work or held."""
    look, left = "watch the loss, the machine and the log", "goes on"
    if state == "paused":
        look, left = "go to the training; p lets it go on", "stays held"
    return _key_lines(
        [
            ("6", look),
            ("x", "stop it; what is finished is kept, and r goes on from there"),
            ("q", f"leave; it {left}, and coming back shows it"),
        ]
    )


def _key_lines(keys: list[tuple[str, str]]) -> list[Content]:
    return [Content.assemble((f" {key:<6}", "bold $footer-key-foreground"), text) for key, text in keys]


def about_stage(stage: "api.StageLine") -> list[Content]:
    """What the stage does, and why it would run."""
    lines = [Content(STAGE_WORDS.get(stage.stage, ""))]
    if stage.why:
        lines.append(Content.assemble(("Would run: ", "$warning"), clean_line(stage.why)))
    return lines
