"""The marks that the studio draws with: one set for Unicode terminals, one for ASCII.

A state is told by its mark and its word, never by colour alone. Owns the sets and which one is in
use; chosen once, before the app starts. Knows no widget.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One mark each; all one cell wide."""

    done: str
    cached: str
    waiting: str
    running: str
    failed: str
    stopped: str
    unknown: str
    arrow: str
    bar_full: str
    bar_empty: str
    bar_parts: str
    selected: str
    unselected: str
    locked: str
    unsaved: str
    star: str
    separator: str
    columns: str


UNICODE = Glyphs(
    done="✓",
    cached="◆",
    waiting="○",
    running="▶",
    failed="✗",
    stopped="■",
    unknown="?",
    arrow="→",
    bar_full="█",
    bar_empty="░",
    bar_parts="▏▎▍▌▋▊▉",
    selected="●",
    unselected="○",
    locked="▣",
    unsaved="●",
    star="★",
    separator="│",
    columns="▁▂▃▄▅▆▇█",
)

ASCII = Glyphs(
    done="+",
    cached="=",
    waiting=".",
    running=">",
    failed="x",
    stopped="#",
    unknown="?",
    arrow=">",
    bar_full="#",
    bar_empty="-",
    bar_parts="",
    selected="*",
    unselected="o",
    locked="L",
    unsaved="*",
    star="*",
    separator="|",
    columns="_.-=+*%#",
)

_in_use = UNICODE


def choose_glyphs(*, is_ascii: bool) -> None:
    """Sets the marks of this process."""
    global _in_use
    _in_use = ASCII if is_ascii else UNICODE


def glyphs() -> Glyphs:
    """The marks in use."""
    return _in_use


def draw_bar(share: float, width: int) -> str:
    """A bar of `width` cells filled to `share` (0 to 1), in eighths where the set has them."""
    marks = glyphs()
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, part = divmod(eighths, 8)
    if not marks.bar_parts:
        full = min(width, full + (part >= 4))
        part = 0
    bar = marks.bar_full * full + (marks.bar_parts[part - 1] if part else "")
    return bar + marks.bar_empty * (width - len(bar))
