"""The row of screens under the top line: a number key and a click each."""

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from afs_tui.modes import MODES, Mode

_GAP = {0: 1, 120: 2, 160: 3}


class Navigation(Widget):
    """One line, the current screen in reverse."""

    auto_links = False  # a link's own colours would hide which screen is shown

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current

    def render(self) -> Content:
        gap = " " * max(gap for width, gap in _GAP.items() if self.size.width >= width)
        return Content(" ").append(Content(gap).join([self._entry(mode) for mode in MODES]))

    def _entry(self, mode: Mode) -> Content:
        click = Style.from_meta({"@click": f"app.show_mode('{mode.name}')"})
        if mode.name == self._current:
            entry = Content.styled(f"{mode.key} {mode.title}", "bold reverse $primary")
        else:
            entry = Content.assemble((mode.key, "bold $accent"), (f" {mode.title}", "$foreground"))
        return entry.stylize(click)
