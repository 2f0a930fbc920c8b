"""One sample whole: its texts as they are stored, and how its score comes about."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from afs_engine import api
from afs_tui.data_text import as_content, clean_line
from afs_tui.format import show_bytes
from afs_tui.modals.card_screen import CardScreen


class SampleModal(CardScreen[None]):
    """A scrollable card; escape closes it."""

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape,q,enter", "dismiss", "Close"),
    ]

    def __init__(self, sample: "api.SampleView") -> None:
        super().__init__()
        self._sample = sample

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="card full sample-card") as card:
            card.border_title = Content(clean_line(f"{self._sample.domain}, from {self._sample.source}"))
            card.border_subtitle = "esc close"
            yield Static(Content("\n").join([*why_scored(self._sample), Content("")]))
            for title in ("instruction", "input", "thinking", "output"):
                text = getattr(self._sample, title)
                if text:
                    yield Static(Content.styled(title, "bold $accent"))
                    yield Static(as_content(text))


def why_scored(sample: "api.SampleView") -> list[Content]:
    """The score as a sum of what each component gave."""
    overall = "not measured" if sample.overall is None else f"{sample.overall:.4f}"
    lines = [
        Content.assemble(
            ("Score ", "bold"), overall, (f"   profile {clean_line(sample.profile)}", "$text-muted")
        ),
    ]
    for each in sample.components:
        value = "not measured, or does not apply" if each.value is None else f"{each.value:.4f}"
        if each.value is not None and each.weight is not None:
            given = f"{value} x {100 * each.weight:.1f} % = {each.value * each.weight:.4f}"
        else:
            given = value if each.value is None else f"{value}, has no weight in this profile"
        lines.append(Content(f"  {each.name:<8} {given}"))
    told = (
        f"{show_bytes(sample.bytes_stored)} stored, id {clean_line(sample.sample_id) or 'from its content'}"
    )
    return [*lines, Content.styled(f"  {told}", "$text-muted")]
