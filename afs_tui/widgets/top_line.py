"""The first line of every screen: what is open, whether it is saved, and how the studio was started."""

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widget import Widget

from afs_tui.data_text import clean_line
from afs_tui.glyphs import glyphs

if TYPE_CHECKING:
    from afs_tui.app import StudioApp


class TopLine(Widget):
    """One line; redrawn when the recipe changes."""

    def on_mount(self) -> None:
        cast("StudioApp", self.app).recipe_changed.subscribe(self, lambda _document: self.refresh())

    def render(self) -> Content:
        studio = cast("StudioApp", self.app).studio
        right = " ".join(
            word
            for word, is_on in (("demo", studio.options.is_demo), ("read-only", not studio.can_change))
            if is_on
        )
        left = Content.assemble((" AFS ", "bold $accent"), *self._open())
        room = self.size.width - len(right) - 1
        return Content.assemble(left.truncate(room, ellipsis=True, pad=True), (right, "$warning"))

    def _open(self) -> list[tuple[str, str] | str]:
        document = cast("StudioApp", self.app).studio.document
        if document is None:
            return [("no recipe open", "$foreground-muted")]
        parts: list[tuple[str, str] | str] = [
            clean_line(document.folder.name),
            ("/", "$foreground-muted"),
            clean_line(document.path.name),
        ]
        if document.is_dirty:
            parts.append((f"  {glyphs().unsaved} unsaved, ctrl+s", "$warning"))
        return parts
