"""The recipe as text beside a screen: coloured by a few rules, scrolled, never parsed as markup.

Draws only the lines in view. Editing is the text modal's.
"""

import re

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from afs_tui.data_text import clean_line

_COMMENT = re.compile(r'^(?P<code>(?:[^#"\']|"[^"]*"|\'[^\']*\')*)(?P<comment>#.*)$')
_KEY = re.compile(r"^(\s*)([A-Za-z0-9_.-]+)(\s*=)(.*)$")


def colour_line(line: str) -> Content:
    """One line of TOML: headers, keys, values and comments apart."""
    found = _COMMENT.match(line)
    code, comment = (found["code"], found["comment"]) if found else (line, "")
    if code.lstrip().startswith("["):
        parts = [(code, "bold $primary")]
    elif key := _KEY.match(code):
        parts = [(key[1], ""), (key[2], "$foreground"), (key[3], "$foreground-muted"), (key[4], "$accent")]
    else:
        parts = [(code, "$accent")]
    return Content.assemble(*parts, (comment, "$foreground-muted italic"))


class RecipePane(ScrollView, can_focus=True):
    """The text, from a line on; arrow and page keys and the wheel scroll it."""

    HELP = "The recipe's text. It is the only truth: every screen changes it, and `e` edits it by hand."

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: list[str] = []

    def show_text(self, text: str) -> None:
        """Takes a new text; the place in it stays."""
        self._lines = [clean_line(line.expandtabs(4), 300) for line in text.split("\n")]
        self.virtual_size = Size(0, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        number = round(self.scroll_offset.y) + y
        width = self.scrollable_content_region.width
        content = colour_line(self._lines[number]) if number < len(self._lines) else Content("")
        line = content.truncate(width, ellipsis=True, pad=True)
        return Visual.to_strips(self, line, width, 1, self.visual_style, pad=True)[0]
