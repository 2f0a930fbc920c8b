"""The line above the hints on every screen: the job at work, how far it is, or that there is none."""

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from afs_tui.app import StudioApp


class JobStrip(Widget):
    """One line; a click goes to the training screen."""

    def on_mount(self) -> None:
        cast("StudioApp", self.app).job_moved.subscribe(self, lambda _tick: self._draw_if_seen())

    def _draw_if_seen(self) -> None:
        if self.screen.is_active:  # the screen draws it when it comes back
            self.refresh()

    def render(self) -> Content:
        watch = cast("StudioApp", self.app).job_watch
        if watch is None or watch.job is None:
            return Content.styled(" No job has run here yet", "$foreground-muted")
        from afs_tui.words.job import describe_job

        width = self.size.width - 1
        return Content(" ").append(describe_job(watch.job, watch.feed, width)).truncate(width, ellipsis=True)

    async def on_click(self) -> None:
        await self.app.run_action("app.show_mode('train')")
