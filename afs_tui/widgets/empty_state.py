"""What a screen or a pane shows where there is nothing yet: what it is for, and the key that fills it."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class EmptyState(Widget):
    """A title, a sentence, and a line that names the key to press."""

    title: reactive[str] = reactive("")
    text: reactive[str] = reactive("")
    key_hint: reactive[str] = reactive("")

    def __init__(self, title: str, text: str, key_hint: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(EmptyState.title, title)
        self.set_reactive(EmptyState.text, text)
        self.set_reactive(EmptyState.key_hint, key_hint)

    def render(self) -> Content:
        hint = f"\n\n{self.key_hint}" if self.key_hint else ""
        return Content.assemble((self.title, "bold"), "\n\n", self.text, (hint, "bold $accent"))
