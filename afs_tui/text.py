"""Text from data on its way to the screen: cleaned, on one line, cut to a number of cells.

Every widget that shows text it did not write itself passes it through here; markup is never parsed.
"""

from rich.cells import cell_len, set_cell_size

from afs_engine.api import clean_text
from afs_tui.glyphs import glyphs

# A cell of text takes at most this many characters here, so that a row of 100 MB costs nothing.
_CHARACTERS_A_CELL = 4


def one_line(text: str, cells: int) -> str:
    """The start of `text` as safe text of one line, at most `cells` wide; a cut is marked."""
    limit = cells * _CHARACTERS_A_CELL
    start = text if len(text) <= limit else text[:limit]
    line = clean_text(start).replace("\n", glyphs().newline).replace("\t", " ")
    is_whole = len(start) == len(text)
    if is_whole and (len(line) <= cells if line.isascii() else cell_len(line) <= cells):
        return line
    return cut(line, cells) if is_whole else cut(line + " ", cells)


def cut(text: str, cells: int) -> str:
    """`text` (safe already) in at most `cells`, with an ellipsis where something is left out."""
    if (len(text) if text.isascii() else cell_len(text)) <= cells:
        return text
    return set_cell_size(text, cells - 1) + glyphs().ellipsis if cells > 0 else ""


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """`text` (safe already) in exactly `cells`; `right` aligns it to the right."""
    if text.isascii() and len(text) <= cells:
        return text.rjust(cells) if right else text.ljust(cells)
    short = cut(text, cells)
    space = " " * (cells - cell_len(short))
    return space + short if right else short + space


def count(number: int) -> str:
    """A whole number with thousands separated."""
    return f"{number:,}"


def short_count(number: float) -> str:
    """A number in at most five characters: 950, 12.3k, 4.5M."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(number) >= size * 0.9995:
            value = number / size
            return f"{value:.0f}{unit}" if value >= 99.95 else f"{value:.1f}{unit}"
    return f"{number:.0f}"
