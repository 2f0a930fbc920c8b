"""What stands in the way of the screen: one error with its hint, under the navigation; hidden without one."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from afs_engine.api import AfsError
from afs_tui.data_text import clean_line
from afs_tui.glyphs import glyphs


class TroubleLine(Widget, can_focus=False):
    """Up to two lines; a click shows the whole of it."""

    error: reactive[AfsError | None] = reactive(None, layout=True)

    def watch_error(self, error: AfsError | None) -> None:
        self.display = error is not None

    def render(self) -> Content:
        if self.error is None:
            return Content("")
        where = f" ({clean_line(str(self.error.where))})" if self.error.where else ""
        return Content.assemble(
            (f" {glyphs().failed} {clean_line(self.error.what)}", "bold $error"),
            (where, "$foreground-muted"),
            (f"\n   {clean_line(self.error.hint)}" if self.error.hint else "", "$foreground"),
        )

    def on_click(self) -> None:
        if self.error is not None:
            from afs_tui.modals.error_modal import ErrorModal

            self.app.push_screen(ErrorModal(self.error))
