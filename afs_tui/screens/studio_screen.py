"""What every screen of the studio is: the frame around its body, and its way to the engine and the recipe.

Owns header, navigation, trouble line, job strip and hint bar, asking off the UI, and refreshing when
something changed. See `afs_tui/screens/__init__.py` for how to write one.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import Screen
from textual.timer import Timer

from afs_engine.api import AfsError
from afs_tui.actions import bindings_of, changing_actions
from afs_tui.recipe_document import KeyPath, RecipeDocument
from afs_tui.studio import Studio
from afs_tui.widgets.hint_bar import HintBar
from afs_tui.widgets.job_strip import JobStrip
from afs_tui.widgets.navigation import Navigation
from afs_tui.widgets.too_small import TooSmall
from afs_tui.widgets.top_line import TopLine
from afs_tui.widgets.trouble_line import TroubleLine

if TYPE_CHECKING:
    from afs_tui.app import StudioApp
    from afs_tui.job_watch import JobTick

_Answer = TypeVar("_Answer")
_SETTLE_SECONDS = 0.12  # changes that follow one another faster are shown together


def bindings_for(mode: str) -> list[Binding]:
    """The key bindings of a screen, from the action table."""
    return bindings_of(mode)


class StudioScreen(Screen[None]):
    """One mode of the studio. Subclasses set MODE and BINDINGS, compose a body and refresh it."""

    MODE: ClassVar[str] = ""
    RUN_UNTIL: ClassVar[str] = "none"
    """The stage up to which `r` runs the recipe; "" is all of it, "none" that there is nothing to run."""
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared so by Textual
        (0, "-too-narrow"),
        (60, "-narrow"),
        (120, "-normal"),
        (160, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-low"),
        (16, "-low"),
        (35, "-high"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._settling: Timer | None = None
        self.is_stale = True
        self._troubles: dict[str, AfsError] = {}

    @property
    def studio_app(self) -> "StudioApp":
        return cast("StudioApp", self.app)

    @property
    def studio(self) -> Studio:
        return self.studio_app.studio

    @property
    def document(self) -> RecipeDocument:
        """The open recipe; ask `has_recipe` first."""
        assert self.studio.document is not None
        return self.studio.document

    @property
    def has_recipe(self) -> bool:
        return self.studio.document is not None

    def compose_body(self) -> ComposeResult:
        """The widgets between navigation and job strip."""
        raise NotImplementedError

    def refresh_view(self) -> None:
        """Reads anew what the screen shows."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield Navigation(self.MODE)
        yield TroubleLine()
        with Vertical(id="body"):
            yield from self.compose_body()
        yield JobStrip()
        yield HintBar()
        yield TooSmall()

    def on_mount(self) -> None:
        self.studio_app.recipe_changed.subscribe(self, lambda _document: self.refresh_soon())
        self.studio_app.job_moved.subscribe(self, self._take_tick)

    def _take_tick(self, tick: "JobTick") -> None:
        if tick.stage_moved:
            self.refresh_soon()
            self.refresh_bindings()
        self.job_tick(tick)

    def job_tick(self, tick: "JobTick") -> None:
        """A job moved on; called some times a second while one lives, also while the screen is hidden."""

    def on_screen_resume(self) -> None:
        self.query_one(JobStrip).refresh()
        if self.is_stale:
            self.refresh_soon()

    def refresh_soon(self) -> None:
        """Refreshes the view once things have settled; only marks it stale while the screen is hidden."""
        self.is_stale = True
        if not self.is_current:
            return
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLE_SECONDS, self._refresh_now)

    def _refresh_now(self) -> None:
        self.is_stale = False
        self.refresh_view()

    def ask(
        self,
        call: Callable[[], _Answer],
        then: Callable[[_Answer], None],
        *,
        group: str = "view",
        is_wish: bool = False,
    ) -> None:
        """Runs `call` in a thread, then `then` with its answer in the UI; the latest of a group wins.

        An error of what a person asked for (`is_wish`) becomes a card, another the line above the body.
        """
        self.run_worker(
            self._asked(call, then, "" if is_wish else group),
            group=group,
            exclusive=True,
            exit_on_error=False,
            name=group,
        )

    async def _asked(self, call: Callable[[], _Answer], then: Callable[[_Answer], None], group: str) -> None:
        try:
            answer = await asyncio.to_thread(call)
        except AfsError as error:
            if group:
                self.show_trouble(group, error)
            else:
                self.studio_app.show_error(error)
        else:
            self.show_trouble(group, None)
            then(answer)

    def show_trouble(self, group: str, error: AfsError | None) -> None:
        """Shows what stands in the way under the navigation; None takes that of the group away."""
        self._troubles.pop(group, None)
        if error is not None:
            self._troubles[group] = error
        self.query_one(TroubleLine).error = next(reversed(self._troubles.values()), None)

    def change_recipe(self, changes: Mapping[KeyPath, Any]) -> None:
        """Changes keys of the recipe as one step of undo and tells every screen."""
        self.studio_app.change_recipe(changes)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Takes changing actions away in --readonly."""
        if action in changing_actions() and not self.studio.can_change:
            return False
        if action == "run_here":
            return self.RUN_UNTIL != "none" and self.has_recipe and not self.studio_app.has_live_job
        if action == "stop_job":
            return self.studio_app.has_live_job
        return super().check_action(action, parameters)

    def action_press_hint(self, key: str) -> None:
        """A click on a hint is its key."""
        self.app.simulate_key(key)

    def hint_label(self, action: str, label: str) -> str:
        """The words of a hint now; a screen may say better what a key would do."""
        job = self.studio_app.job_watch.job if self.studio_app.job_watch else None
        if action == "screen.run_here" and job is not None and job.state in ("stopped", "killed"):
            return "Resume"
        return label

    def action_run_here(self) -> None:
        self.studio_app.start_run(self.RUN_UNTIL)

    def action_stop_job(self) -> None:
        self.studio_app.stop_job()

    def action_refresh_now(self) -> None:
        self._refresh_now()
