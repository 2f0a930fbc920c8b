"""The line above the hints on every screen: the job at work, how far it is, or that there is none."""

from textual.content import Content
from textual.widget import Widget


class JobStrip(Widget):
    """One line; a click goes to the pipeline."""

    def render(self) -> Content:
        return Content.styled(" No job is running", "$foreground-muted")

    def on_click(self) -> None:
        self.app.call_later(self.app.run_action, "app.show_mode('pipeline')")
