"""The command palette: every action of the screen and of the studio by name, and the themes.

Reads the action table only; what can't be done now is not offered.
"""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from afs_tui.actions import EVERYWHERE, Action, actions_of
from afs_tui.themes import THEME_ORDER


class StudioCommands(Provider):
    """Actions and themes as commands."""

    def _commands(self) -> list[tuple[str, str, str]]:
        """Name, help and action of each command."""
        mode = getattr(self.screen, "MODE", "")
        actions = [*(actions_of(mode) if mode else []), *actions_of(EVERYWHERE)]
        found = [(action.label, action.help, self._place(action)) for action in actions if self._can(action)]
        themes = [(f"Theme {name}", "Change the colours", f"app.use_theme('{name}')") for name in THEME_ORDER]
        return found + themes

    def _place(self, action: Action) -> str:
        return action.name if "." in action.name else f"{'screen' if action.screen else 'app'}.{action.name}"

    def _can(self, action: Action) -> bool:
        name = action.name.partition("(")[0].rpartition(".")[2]
        node = self.screen if action.screen else self.app
        return name != "command_palette" and bool(node.check_action(name, ()))

    async def discover(self) -> Hits:
        for label, help_text, action in self._commands():
            yield DiscoveryHit(label, partial(self.app.run_action, action), help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for label, help_text, action in self._commands():
            score = max(matcher.match(label), 0.8 * matcher.match(help_text))
            if score > 0:
                run = partial(self.app.run_action, action, self.screen)
                yield Hit(score, matcher.highlight(label), run, help=help_text)
