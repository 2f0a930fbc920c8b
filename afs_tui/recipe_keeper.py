"""Keeps the open recipe and its file together: saves, follows what others write, loses nobody's text.

Owns the questions that are asked before a text would be lost. Another studio, an editor or the command
line may write the file at any time.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from afs_engine.api import AfsError
from afs_tui.recipe_document import RecipeDocument

if TYPE_CHECKING:
    from afs_tui.app import StudioApp

_LOOK_SECONDS = 1.0


class RecipeKeeper:
    """Looks at the file once a second; shows it anew unless that would take a person's own edit away."""

    def __init__(self, app: "StudioApp") -> None:
        self._app = app
        self._told = ""
        app.set_interval(_LOOK_SECONDS, self.follow_file)

    def follow_file(self) -> None:
        """Takes in what another program wrote; only tells of it while there are unsaved changes."""
        document = self._app.studio.document
        theirs = document.text_on_disk() if document and document.is_file_newer() else None
        if document is None or theirs is None or theirs in (document.saved_text, self._told):
            return
        if document.is_dirty:
            self._told = theirs
            self._tell("Another program wrote the recipe; saving asks whose to keep", "warning")
        else:
            self._take(document, theirs)

    def save(self, then: Callable[[], object]) -> None:
        """Writes the recipe, then calls `then`; asks first where the file has another's text."""
        document = self._app.studio.document
        if document is None:
            return
        theirs = document.text_on_disk()
        if theirs is None or theirs in (document.saved_text, document.text):
            self._write(document, then)
        else:
            self._ask_whose(document, theirs, then)

    def once_saved(self, then: Callable[[], object]) -> None:
        """Calls `then` with nothing unsaved; not at all where saving fails or is given up."""
        document = self._app.studio.document
        if document is not None and document.is_dirty:
            self.save(then)
        else:
            then()

    def leave(self, then: Callable[[], object]) -> None:
        """Calls `then` once nothing unsaved would be lost by it, or the person gave it up."""
        document = self._app.studio.document
        if document is None or not document.is_dirty or not self._app.studio.can_change:
            then()
            return

        text = f"{document.path.name} has changes that are not saved."
        self._ask(
            "Unsaved changes", text, {"s": ("Save", lambda: self.save(then)), "d": ("Don't save", then)}
        )

    def _ask_whose(self, document: RecipeDocument, theirs: str, then: Callable[[], object]) -> None:
        text = f"Another program wrote {document.path.name} since it was read here. Undo brings back yours."
        ways = {
            "m": ("Keep mine", lambda: self._write(document, then)),
            "t": ("Take theirs", lambda: self._take(document, theirs)),
        }
        self._ask("Whose recipe?", text, ways)

    def _ask(self, title: str, text: str, ways: Mapping[str, tuple[str, Callable[[], object]]]) -> None:
        """Does what the person chooses of the ways on, by their keys; escape chooses none."""
        from afs_tui.modals.choice_modal import ChoiceModal

        def go(key: str | None) -> None:
            if key:
                ways[key][1]()

        labels = {key: label for key, (label, _) in ways.items()}
        self._app.push_screen(ChoiceModal(title, text, labels), go)

    def _write(self, document: RecipeDocument, then: Callable[[], object]) -> None:
        try:
            document.save()
        except AfsError as error:
            self._app.show_error(error)
            return
        self._app.recipe_changed.publish(document)
        then()

    def _take(self, document: RecipeDocument, theirs: str) -> None:
        document.take_saved(theirs)
        self._app.recipe_changed.publish(document)
        self._tell("Another program wrote the recipe; it is shown as it is now")

    def _tell(self, text: str, severity: str = "information") -> None:
        self._app.notify(text, severity=severity, timeout=6, markup=False)  # type: ignore[arg-type]
