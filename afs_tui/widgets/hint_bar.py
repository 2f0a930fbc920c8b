"""The last line of every screen: the keys that do something now, clickable."""

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

_KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "space": "space",
    "enter": "enter",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
_FIRST = ("screen.run_here", "screen.stop_job")
_ALWAYS = ("show_help", "command_palette", "quit")


def show_key(keys: str) -> str:
    """The first of a binding's keys as people write it: "^p", "?", "space"."""
    key = keys.split(",")[0]
    return _KEY_NAMES.get(key, key.replace("ctrl+", "^"))


class HintBar(Widget):
    """Focused widget first, then the screen; help, commands and quit always at the right."""

    auto_links = False  # a link's own colours would hide the key's

    def __init__(self) -> None:
        super().__init__()
        self._shown = Content("")

    def on_mount(self) -> None:
        screen: Screen[object] = self.screen
        screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        if self.app.screen is self.screen:  # under a modal the keys are the modal's; what was shown stays
            self._shown = self._draw()
        return self._shown

    def _draw(self) -> Content:
        active = [entry.binding for entry in self.screen.active_bindings.values() if entry.enabled]
        shown = {binding.action: binding for binding in active if binding.show}
        shown = {name: shown[name] for name in sorted(shown, key=_first_come)}
        right = [shown.pop(name) for name in _ALWAYS if name in shown]
        tail = Content("  ").join([self._hint(binding) for binding in right])
        room = self.size.width - tail.cell_length - 3
        hints: list[Content] = []
        for binding in shown.values():
            hint = self._hint(binding)
            room -= hint.cell_length + 2
            if room < 0:
                break
            hints.append(hint)
        left = Content("  ").join(hints)
        gap = self.size.width - left.cell_length - tail.cell_length - 2
        return Content.assemble(" ", left, " " * max(1, gap), tail)

    def _hint(self, binding: Binding) -> Content:
        click = Style.from_meta({"@click": f"screen.press_hint('{binding.key}')"})
        name = getattr(self.screen, "hint_label", _as_written)
        label = name(binding.action, binding.description)
        return Content.assemble(
            (show_key(binding.key), "bold $footer-key-foreground"), (f" {label}", "$foreground")
        ).stylize(click)


def _first_come(action: str) -> int:
    """Running and stopping first, then the order in which the keys were declared."""
    return 0 if action in _FIRST else 1


def _as_written(_action: str, label: str) -> str:
    return label
