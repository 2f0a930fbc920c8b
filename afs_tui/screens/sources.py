"""The sources screen: what the recipe reads, what else lies on this machine, and a source from inside.

Owns the wiring; words and new sources' tables are `words.source`, facts the engine's. Looking through
the machine may take a while and never holds up the rest.
"""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from afs_engine import api
from afs_tui.data_text import clean_line
from afs_tui.job_watch import JobTick
from afs_tui.screens.studio_screen import StudioScreen, bindings_for
from afs_tui.style_files import style_file
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.filter_bar import FilterBar
from afs_tui.widgets.row_list import RowList
from afs_tui.words.job import show_progress
from afs_tui.words.source import (
    FOLDER_KINDS,
    SOURCE_COLUMNS,
    describe_inside,
    describe_source,
    free_name,
    matches,
    new_source,
    source_cells,
    why_not_addable,
)


class SourcesScreen(StudioScreen):
    """The list above, the chosen one below."""

    MODE = "sources"
    RUN_UNTIL = "export"
    BINDINGS: ClassVar[list[Binding]] = bindings_for("sources")  # type: ignore[assignment]
    CSS_PATH = style_file("sources")
    AUTO_FOCUS = "#source-list"

    def __init__(self) -> None:
        super().__init__()
        self._own: list[api.SourceEntry] = []
        self._found: list[api.SourceEntry] | None = None
        self._shown: list[api.SourceEntry] = []
        self._told = ""  # in the title, of an export at work

    def compose_body(self) -> ComposeResult:
        yield EmptyState(
            "No recipe is open",
            "Sources are where your samples come from: notes, chats, code, files of rows.",
            "1  goes home; n there writes a sample recipe",
            id="sources-empty",
        )
        with Vertical(id="sources"):
            with Vertical(id="sources-pane", classes="pane") as pane:
                pane.border_title = "Sources"
                yield FilterBar("words of a source", id="filter")
                yield RowList(SOURCE_COLUMNS, id="source-list", empty="reading the recipe")
            about = Static(id="source-about", classes="pane")
            about.border_title = "Source"
            yield about

    def refresh_view(self) -> None:
        self.query_one("#sources-empty").display = not self.has_recipe
        self.query_one("#sources").display = self.has_recipe
        if self.has_recipe:
            path, text = self.document.path, self.document.text
            self.ask(lambda: self.studio.reader.read_sources(path, text), self._take_own)

    def _take_own(self, entries: list[api.SourceEntry]) -> None:
        self._own = entries
        if self._found is None:
            self.action_find_again()
        self._list()

    def action_find_again(self) -> None:
        self.query_one("#sources-pane").border_subtitle = "looking through this machine"
        known = [entry.path for entry in self._own]
        self.ask(lambda: self.studio.reader.find_sources(known), self._take_found, group="found")

    def _take_found(self, entries: list[api.SourceEntry]) -> None:
        self._found = entries
        self._list()

    def _list(self) -> None:
        wanted = self.query_one(FilterBar).text
        mine = {entry.path for entry in self._own}
        every = [*self._own, *(entry for entry in self._found or [] if entry.path not in mine)]
        self._shown = [entry for entry in every if matches(entry, wanted)]
        self.query_one("#source-list", RowList).show_rows([source_cells(entry) for entry in self._shown])
        if self._found is not None:
            told = f"{len(self._own)} in the recipe, {len(every) - len(self._own)} more on this machine"
            self.query_one("#sources-pane").border_subtitle = told
        self._show_about()

    @property
    def _chosen(self) -> "api.SourceEntry | None":
        place = self.query_one("#source-list", RowList).cursor
        return self._shown[place] if place < len(self._shown) else None

    def on_row_list_moved(self) -> None:
        self._show_about()

    def _show_about(self) -> None:
        chosen = self._chosen
        self.query_one("#source-about", Static).update(describe_source(chosen) if chosen else "")

    def job_tick(self, tick: JobTick) -> None:
        """While an export runs, the pane's title says how far it is."""
        stage = tick.feed.stages.get("export")
        pane = self.query_one("#sources-pane")
        is_exporting = stage is not None and stage.state == "running" and tick.job and tick.job.is_live
        told = f": {clean_line(stage.note)} {show_progress(stage, 40)}" if is_exporting and stage else ""
        if told != self._told:  # a title draws its whole pane
            self._told = told
            pane.border_title = f"Sources{told}"

    # --- taking in and out

    def action_toggle_source(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        if chosen.place is not None:
            self.change_recipe({("sources", chosen.place): None})
            self.notify(f"{clean_line(chosen.name)} is out; u brings it back", timeout=3, markup=False)
        else:
            name = free_name(chosen.kind, self._names)
            self._add({"name": name, "kind": chosen.kind, "path": chosen.path})

    @property
    def _names(self) -> set[str]:
        return {entry.name for entry in self._own}

    def _add(self, table: dict[str, object]) -> None:
        count = len(self.document.value("sources", default=[]))
        self.change_recipe({("sources", count): table})
        self.notify(f"{clean_line(str(table['name']))} is in; r exports it", timeout=3, markup=False)

    def action_add_source(self) -> None:
        from afs_tui.modals.path_modal import PathModal

        if self.has_recipe:
            modal = PathModal(
                "Add a source",
                self.document.folder,
                check=why_not_addable,
                text="A file of rows (.jsonl, .gz, .zst, .parquet), or a folder.",
            )
            self.app.push_screen(modal, self._take_path)

    def _take_path(self, path: Path | None) -> None:
        from afs_tui.modals.setting_modal import SettingModal

        if path is None:
            return
        if path.is_file():
            self._add(new_source(path, "jsonl", self.document.folder, self._names))
            return
        modal = SettingModal(
            "What is in this folder?",
            "oracle" if any(path.glob("**/*.asm")) else "memory",
            about="memory: notes; history: event logs; oracle: assembly and docs; or an agent's logs",
            choices=FOLDER_KINDS,
        )
        self.app.push_screen(modal, lambda kind: self._add_folder(path, kind))

    def _add_folder(self, path: Path, kind: str | None) -> None:
        if kind is not None:
            self._add(new_source(path, kind, self.document.folder, self._names))

    # --- looking inside

    def on_row_list_chosen(self) -> None:
        self.action_look_inside()

    def action_look_inside(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        if chosen.place is None:
            self.notify("Take it in with space and export it with r first", timeout=4)
            return
        path, text, place = self.document.path, self.document.text, chosen.place
        self.ask(
            lambda: self.studio.reader.read_source_inside(path, text, place),
            self._show_inside,
            group="inside",
            is_wish=True,
        )

    def _show_inside(self, inside: api.SourceInside) -> None:
        from afs_tui.modals.help_modal import HelpModal

        told = describe_inside(inside, self.document.folder)
        self.app.push_screen(HelpModal(f"Inside {clean_line(inside.name)}", [told]))

    def action_copy_path(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            self.app.copy_to_clipboard(chosen.path)
            self.notify(clean_line(chosen.path), title="Copied", markup=False, timeout=4)

    # --- filter

    def action_filter(self) -> None:
        self.query_one(FilterBar).open()

    def on_filter_bar_changed(self) -> None:
        self._list()

    def on_filter_bar_closed(self) -> None:
        self.query_one("#source-list").focus()
