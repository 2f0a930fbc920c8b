"""The studio: one Textual app over `afs_engine.api`, its modes, themes, and what all screens share.

Owns the recipe's changes and their announcement, the studio-wide actions, and how an error becomes a
card. Must stay quick to import: screens, modals and the engine's weight come when they are needed.
"""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.screen import Screen
from textual.signal import Signal

from afs_engine.api import AfsError
from afs_tui.actions import EVERYWHERE, bindings_of, changing_actions
from afs_tui.ascii_filter import AsciiFilter
from afs_tui.glyphs import choose_glyphs
from afs_tui.modes import MODES, Mode
from afs_tui.palette import StudioCommands
from afs_tui.recipe_document import KeyPath, RecipeDocument
from afs_tui.studio import Options, Studio, find_recipe
from afs_tui.style_files import style_file
from afs_tui.themes import ANSI_DARK, THEMES, next_theme


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
        self.recipe_changed: Signal[RecipeDocument | None] = Signal(self, "recipe_changed")
        self.recipe_trouble: AfsError | None = None
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

    def on_unmount(self) -> None:
        self.studio.close()

    # --- the recipe

    def open_recipe(self, path: Path) -> None:
        """Opens another recipe and shows the pipeline."""
        if self._read_recipe(path):
            self.recipe_changed.publish(self.studio.document)
            self.switch_mode(self.DEFAULT_MODE)
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

    def save_recipe(self) -> bool:
        """Writes the recipe; False (and a card) when that failed."""
        document = self.studio.document
        if document is None:
            return False
        try:
            document.save()
        except AfsError as error:
            self.show_error(error)
            return False
        self.recipe_changed.publish(document)
        return True

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
        if self.save_recipe():
            self.notify("Recipe saved", timeout=2)

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
            self.open_recipe(found)

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
