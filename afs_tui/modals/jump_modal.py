"""Jump mode: a letter on everything that can be focused; pressing it goes there."""

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from afs_tui.modals.card_screen import CardScreen

LETTERS = "asdfghjklqwertyuiopzxcvbnm"  # near the fingers first


def jump_targets(screen: Screen[object]) -> dict[str, Widget]:
    """A letter for each widget in view that can be focused, in the order of Tab."""
    in_view = [widget for widget in screen.focus_chain if widget.region.area]
    return dict(zip(LETTERS, in_view, strict=False))


class JumpModal(CardScreen[Widget | None]):
    """Dismisses with the widget to focus."""

    def __init__(self, targets: dict[str, Widget]) -> None:
        super().__init__()
        self._targets = targets

    def compose(self) -> ComposeResult:
        for letter, widget in self._targets.items():
            label = Static(Content.styled(f" {letter} ", "bold reverse $accent"), classes="jump-letter")
            label.absolute_offset = widget.region.offset
            yield label

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(self._targets.get(event.character or ""))

    def on_click(self) -> None:
        self.dismiss(None)
