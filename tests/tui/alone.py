"""A bare app around one widget, which collects the widget's messages: how widgets are tested alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from afs_tui.glyphs import choose_glyphs


class Alone(App[None]):
    """Shows `widget` with the focus on it; `seen` are the messages of the wanted kinds, in order."""

    def __init__(self, widget: Widget, *wanted: type[Message]) -> None:
        super().__init__()
        self.widget = widget
        self.wanted = wanted
        self.seen: list[Any] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_mount(self) -> None:
        self.widget.focus()

    async def _dispatch_message(self, message: Message) -> None:
        if isinstance(message, self.wanted):
            self.seen.append(message)
        await super()._dispatch_message(message)

    def last(self, kind: type[Message]) -> Any:
        """The newest message of a kind."""
        return [message for message in self.seen if isinstance(message, kind)][-1]


def screen_lines(app: App[Any]) -> list[str]:
    """What stands on the screen, as text."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


@contextmanager
def ascii_marks() -> Iterator[None]:
    """Draws in ASCII for as long as it lasts."""
    choose_glyphs(is_ascii=True)
    try:
        yield
    finally:
        choose_glyphs(is_ascii=False)
