"""Text fitted to a number of terminal cells, for widgets that draw their own lines.

Text from data comes in through `one_line`, which cleans it; nothing here is parsed as markup.
"""

from rich.cells import cell_len, set_cell_size

from afs_tui.data_text import clean_line
from afs_tui.plot_glyphs import plot_glyphs

# A cell of text takes at most this many characters, so that a row of 100 MB costs nothing.
_CHARACTERS_A_CELL = 4


def one_line(text: str, cells: int) -> str:
    """The start of `text` as safe text of one line, at most `cells` wide; a cut is marked."""
    limit = cells * _CHARACTERS_A_CELL
    return cut(clean_line(text if len(text) <= limit else text[:limit] + " ", limit + 1), cells)


def cut(text: str, cells: int) -> str:
    """`text` (safe already) in at most `cells`, with an ellipsis where something is left out."""
    if _cell_count(text) <= cells:
        return text
    return set_cell_size(text, cells - 1) + plot_glyphs().ellipsis if cells > 0 else ""


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """`text` (safe already) in exactly `cells`; `right` aligns it to the right."""
    short = cut(text, cells)
    space = " " * (cells - _cell_count(short))
    return space + short if right else short + space


def _cell_count(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)
