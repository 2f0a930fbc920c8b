"""The columns of linked sliders: how wide each is, what is left out for want of room, and their texts."""

from dataclasses import dataclass

from afs_tui.cells import pad
from afs_tui.format import show_count
from afs_tui.plot_glyphs import plot_glyphs

SHARE_CELLS = 10
LOCK_CELLS = 7
_COUNT_CELLS = 10
_REPEAT_CELLS = 7
_LIMIT_CELLS = 8


@dataclass(frozen=True, slots=True)
class SliderFacts:
    """What a share comes to: distinct rows there are, rows drawn (with repeats), and whether it binds."""

    available: int
    drawn: int
    binds: bool = False

    @property
    def repeats(self) -> float | None:
        """How often a row stands in the result on average; None where there is none."""
        return self.drawn / self.available if self.available else None


@dataclass(frozen=True, slots=True)
class SliderColumns:
    """Cells of each column; what does not fit is left out from the right."""

    name: int
    track: int
    has_counts: bool
    has_repeats: bool

    @staticmethod
    def fit(width: int, name: int) -> "SliderColumns":
        free = width - name - SHARE_CELLS - LOCK_CELLS
        counts, repeats = 2 * _COUNT_CELLS + _LIMIT_CELLS, _REPEAT_CELLS + 1
        for has_counts, has_repeats, taken in ((True, True, counts + repeats), (True, False, counts)):
            if free - taken >= 10:
                return SliderColumns(name, free - taken, has_counts, has_repeats)
        return SliderColumns(name, max(3, free), has_counts=False, has_repeats=False)

    @property
    def track_start(self) -> int:
        return self.name

    @property
    def lock_start(self) -> int:
        return self.name + self.track + SHARE_CELLS

    @property
    def head(self) -> str:
        """The titles, each over its column."""
        text = pad(" name", self.name) + pad("", self.track) + pad("share", SHARE_CELLS, right=True)
        text += pad("", LOCK_CELLS)
        if self.has_counts:
            text += pad("available", _COUNT_CELLS, right=True) + pad("drawn", _COUNT_CELLS, right=True)
        return text + (pad("repeats", _REPEAT_CELLS + 1, right=True) if self.has_repeats else "")

    def counts(self, facts: SliderFacts) -> str:
        """Available, drawn and repeats; "" where there is no room."""
        if not self.has_counts:
            return ""
        text = "".join(
            pad(show_count(count), _COUNT_CELLS, right=True) for count in (facts.available, facts.drawn)
        )
        if not self.has_repeats:
            return text
        repeats = "" if facts.repeats is None else f"{plot_glyphs().times}{facts.repeats:.2f}"
        return text + pad(repeats, _REPEAT_CELLS + 1, right=True)

    def limit(self, facts: SliderFacts) -> str:
        """Says that this name limits the whole; "" where there is no room."""
        return pad("  limit" if facts.binds else "", _LIMIT_CELLS) if self.has_counts else ""
