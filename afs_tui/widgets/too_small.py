"""The card that covers a terminal too small for the studio."""

from textual.content import Content
from textual.widget import Widget

SMALLEST = (60, 16)


class TooSmall(Widget):
    """Says what size is needed; shown by CSS below it."""

    def render(self) -> Content:
        width, height = self.app.size
        return Content(f"{width}x{height} is too small\nAFS needs {SMALLEST[0]}x{SMALLEST[1]}\nq quits")
