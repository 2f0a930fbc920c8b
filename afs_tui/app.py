"""The studio: one Textual app over `afs_engine.api`, its modes, themes, and what all screens share.

Owns the recipe's changes and their announcement, the studio-wide actions, and how an error becomes a
card. Must stay quick to import: screens, modals and the engine's weight come when they are needed.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.signal import Signal

from afs_engine import api
from afs_engine.api import AfsError
from afs_tui.actions import EVERYWHERE, bindings_of, changing_actions
from afs_tui.ascii_filter import AsciiFilter
from afs_tui.garbage import IdleCollection
from afs_tui.glyphs import choose_glyphs
from afs_tui.last_input import LastInput
from afs_tui.modes import MODES, Mode
from afs_tui.palette import StudioCommands
from afs_tui.recipe_document import KeyPath, RecipeDocument
from afs_tui.recipe_keeper import RecipeKeeper
from afs_tui.studio import Options, Studio, find_recipe
from afs_tui.style_files import style_file
from afs_tui.terminal import exit_on_signals
from afs_tui.themes import ANSI_DARK, THEMES, next_theme

if TYPE_CHECKING:
    from afs_tui.job_watch import JobTick, JobWatch


def _open_mode(mode: Mode) -> Screen[Any]:
    """Makes a mode's screen; its module is imported now."""
    module, name = mode.place.split(":")
    screen: Screen[Any] = getattr(import_module(module), name)()
    return screen


class StudioApp(App[None]):
    """The whole studio. `options.path` may be a recipe, a workspace, or nothing."""

    TITLE = "AFS"
    CSS_PATH = style_file("base")
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {StudioCommands}  # noqa: RUF012 - Textual's own way to say it
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        mode.name: partial(_open_mode, mode) for mode in MODES
    }
    DEFAULT_MODE = "pipeline"
    BINDINGS: ClassVar[list[Any]] = bindings_of(EVERYWHERE)

    def __init__(self, options: Options) -> None:
        choose_glyphs(is_ascii=options.is_ascii)
        super().__init__()
        self.studio = Studio(options)
        self._last_input = LastInput()
        self.recipe_changed: Signal[RecipeDocument | None] = Signal(self, "recipe_changed")
        self.recipe_trouble: AfsError | None = None
        self.job_moved: Signal[JobTick] = Signal(self, "job_moved")
        self.job_watch: JobWatch | None = None
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = options.theme or (ANSI_DARK if options.is_ascii or self.no_color else THEMES[0].name)
        if options.is_ascii:
            self._filters.append(AsciiFilter())
        self._open_first_recipe()

    def _open_first_recipe(self) -> None:
        found = find_recipe(self.studio.options.path or Path.cwd())
        if found is not None:
            self._read_recipe(found)

    def _read_recipe(self, path: Path) -> bool:
        try:
            self.studio.document = RecipeDocument.open(path)
        except (OSError, UnicodeDecodeError) as error:
            what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            self.recipe_trouble = AfsError(
                f"can't read the recipe: {what}", where=path, hint="ctrl+l opens another"
            )
            return False
        return True

    def on_mount(self) -> None:
        exit_on_signals(self)
        self.keeper = RecipeKeeper(self)
        self._garbage = IdleCollection(self, self._last_input)
        self.call_after_refresh(self._watch_jobs)

        if self.studio.options.is_demo and self.studio.document is not None:
            path = self.studio.document.path
            self._do(lambda: self.studio.reader.prepare_demo(path), "The demo can't be prepared")

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            self._last_input.note()
        await super().on_event(event)

    @property
    def is_asking(self) -> bool:
        """Whether something is not yet known of what will be shown; later looks for jobs do not count."""
        if self.job_watch is None or not self.job_watch.has_looked or getattr(self.screen, "is_stale", False):
            return True
        return any(worker.group != "jobs" and worker.is_running for worker in self.workers)

    def on_unmount(self) -> None:
        self.studio.close()

    def _fatal_error(self) -> None:
        """Ends after a defect and shows where; never the local variables, which hold samples and keys."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        shown = self.console.render(Traceback(show_locals=False), self.console.options)
        self._exit_renderables.append(Segments(shown))
        self._close_messages_no_wait()

    # --- jobs

    def _watch_jobs(self) -> None:
        """Begins to look for jobs; after the first paint, because it brings in the events' models."""
        from afs_tui.job_watch import JobWatch

        self.job_watch = JobWatch(self._workspace, self._announce_job, self._last_input)
        self.run_worker(self.job_watch.run(), group="jobs", exclusive=True, exit_on_error=False)

    def _workspace(self) -> Path | None:
        return self.studio.document.folder if self.studio.document else None

    def _announce_job(self, tick: "JobTick") -> None:
        self.job_moved.publish(tick)
        if tick.has_ended and tick.job is not None:
            is_well = tick.job.state == "finished"
            self.notify(
                tick.job.reason or f"{tick.job.id} is done",
                title=f"{tick.job.id}: {tick.job.state}",
                severity="information" if is_well else "error",
                timeout=8,
                markup=False,
            )
            self.bell()

    def start_run(self, until: str = "") -> None:
        """Saves the recipe and starts a run of it, up to a stage or to the end."""
        document = self.studio.document
        if document is None:
            return
        path = document.path
        self.keeper.once_saved(
            lambda: self._do(lambda: api.start_run(path, until or None), "The run did not start")
        )

    def stop_job(self) -> None:
        """Asks the job at work to stop; it keeps what is finished."""
        job = self.job_watch.job if self.job_watch else None
        folder = self._workspace()
        if job is not None and folder is not None:
            self.notify(f"Stopping {job.id}; it saves a checkpoint first", timeout=4, markup=False)
            self._do(lambda: api.stop_job(folder, job.id), "It did not stop")

    def pause_job(self) -> None:
        """Holds the job at work, or lets a held one go on."""
        job = self.job_watch.job if self.job_watch else None
        folder = self._workspace()
        if job is None or folder is None:
            return
        if job.state == "paused":
            self._do(lambda: api.resume_job(folder, job.id), "It did not go on")
        else:
            self._do(lambda: api.pause_job(folder, job.id), "It could not be paused")

    def _do(self, call: Callable[[], object], title: str) -> None:
        """Runs an engine call that starts or stops something; an error becomes a card."""

        async def work() -> None:
            try:
                await asyncio.to_thread(call)
            except AfsError as error:
                self.show_error(error, title)
            if self.job_watch is not None:
                self.job_watch.look_soon()
            self.recipe_changed.publish(self.studio.document)

        self.run_worker(work(), group="do", exit_on_error=False)

    @property
    def has_live_job(self) -> bool:
        job = self.job_watch.job if self.job_watch else None
        return job is not None and job.is_live

    # --- the recipe

    def open_recipe(self, path: Path) -> None:
        """Opens another recipe and shows the pipeline."""
        if self._read_recipe(path):
            self.recipe_changed.publish(self.studio.document)
            self.switch_mode(self.DEFAULT_MODE)
            if self.job_watch is not None:
                self.job_watch.look_soon()
        elif self.recipe_trouble is not None:
            self.show_error(self.recipe_trouble)

    def change_recipe(self, changes: Mapping[KeyPath, Any]) -> None:
        """Changes keys as one step of undo; every screen is told."""
        document = self.studio.document
        if document is None or not self.studio.can_change:
            return
        try:
            document.edit(changes)
        except AfsError as error:
            self.show_error(error)
        self.recipe_changed.publish(document)

    def replace_recipe(self, text: str) -> None:
        """Takes a text that a person edited."""
        if self.studio.document is not None and self.studio.can_change:
            self.studio.document.replace(text)
            self.recipe_changed.publish(self.studio.document)

    # --- what a person can do everywhere

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in changing_actions() and not self.studio.can_change:
            return False
        document = self.studio.document
        possible = {
            "save_recipe": document is not None and document.is_dirty,
            "undo": document is not None and document.can_undo,
            "redo": document is not None and document.can_redo,
        }
        return None if possible.get(action) is False else super().check_action(action, parameters)

    def action_show_mode(self, name: str) -> None:
        if not isinstance(self.screen, _modal_class()):
            self.switch_mode(name)

    def action_save_recipe(self) -> None:
        self.keeper.save(lambda: self.notify("Recipe saved", timeout=2))

    async def action_quit(self) -> None:
        self.keeper.leave(self.exit)

    def action_undo(self) -> None:
        self._travel("undo")

    def action_redo(self) -> None:
        self._travel("redo")

    def _travel(self, way: str) -> None:
        document = self.studio.document
        if document is not None and (document.undo() if way == "undo" else document.redo()):
            self.recipe_changed.publish(document)

    def action_open_recipe(self) -> None:
        from afs_tui.modals.path_modal import PathModal

        start = self.studio.document.folder if self.studio.document else Path.cwd()
        modal = PathModal(
            "Open a recipe",
            start,
            check=lambda path: (
                "" if find_recipe(path) else "there is no recipe; name a recipe.toml or its folder"
            ),
        )
        self.push_screen(modal, self._take_opened)

    def _take_opened(self, path: Path | None) -> None:
        if path is not None and (found := find_recipe(path)):
            self.keeper.leave(lambda: self.open_recipe(found))

    def action_show_help(self) -> None:
        from afs_tui.modals.help_modal import all_keys

        self.push_screen(all_keys(self.current_mode))

    def action_explain_focused(self) -> None:
        from afs_tui.modals.help_modal import about

        self.push_screen(about(self.focused))

    def action_jump(self) -> None:
        from afs_tui.modals.jump_modal import JumpModal, jump_targets

        targets = jump_targets(self.screen)
        if targets:
            self.push_screen(JumpModal(targets), lambda widget: widget.focus() if widget else None)

    def action_next_theme(self) -> None:
        self.action_use_theme(next_theme(self.theme))
        self.notify(f"Theme {self.theme}", timeout=2)

    def action_use_theme(self, name: str) -> None:
        self.theme = name

    def action_take_screenshot(self) -> None:
        path = self.save_screenshot(path=str(Path.cwd()))
        self.notify(f"Picture saved: {path}", markup=False)

    def show_error(self, error: AfsError, title: str = "This did not work") -> None:
        """Shows an error that a person caused or must know of as a card."""
        from afs_tui.modals.error_modal import ErrorModal

        self.push_screen(ErrorModal(error, title))


def _modal_class() -> type:
    from textual.screen import ModalScreen

    return ModalScreen
