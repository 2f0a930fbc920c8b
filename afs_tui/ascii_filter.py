"""The last look at each line in --ascii mode: what is not ASCII is drawn by its nearest ASCII mark.

It sees Textual's own borders and controls too, so the promise holds for the whole screen. The width
of a line never changes. Knows nothing of what the line shows.
"""

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_NEAREST = {
    **dict.fromkeys("─━═╌┄┈╍┅┉▔▁⎯", "-"),
    **dict.fromkeys("│┃║╎┆┊╏┇┋▏▕▎▌▐", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬", "+"),
    **dict.fromkeys("█▇▆▅▄▃▂▀▊▋▉▍■▣▪", "#"),
    **dict.fromkeys("░▒▓", ":"),
    **dict.fromkeys("●◆★•◉⬤", "*"),
    **dict.fromkeys("○◌◇·", "."),
    **dict.fromkeys("✓✔", "+"),
    **dict.fromkeys("✗✘×", "x"),
    **dict.fromkeys("→▶▸►❯›", ">"),
    **dict.fromkeys("←◀◂❮‹", "<"),
    **dict.fromkeys("↑▲", "^"),
    **dict.fromkeys("↓▼", "v"),
    **dict.fromkeys("–—", "-"),
    "…": "~",
    "↵": "$",
    "≥": ">",
    "≤": "<",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\u00a0": " ",
}


def to_ascii(text: str) -> str:
    """`text` in as many cells, all ASCII; what has no near mark becomes "?"."""
    if text.isascii():
        return text
    return "".join(
        letter if letter.isascii() else _NEAREST.get(letter, "?" * cell_len(letter)) for letter in text
    )


class AsciiFilter(LineFilter):
    """Draws each line in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]
