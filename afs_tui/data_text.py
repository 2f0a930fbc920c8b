"""Text that came from outside (rows, names, logs, errors) on its way to the screen.

The one place where the studio cleans data. What it returns is plain text for `Content(...)`, never
for markup. Knows the engine's cleaner and nothing of widgets.
"""

from textual.content import Content

from afs_engine.api import clean_text

_LINE_MARKS = str.maketrans({"\n": "↵", "\t": "→"})
_MAX_CHARACTERS = 20_000  # a screen never shows more of one text; longer ones are cut before any work


def clean_block(text: str, limit: int = _MAX_CHARACTERS) -> str:
    """Several lines of safe text; tabs become spaces. Cut at `limit` characters, and says so."""
    cut = text[:limit]
    shown = clean_text(cut).expandtabs(4)
    return shown if len(text) <= limit else f"{shown}\n[cut: {len(text):,} characters in all]"


def clean_line(text: str, limit: int = 500) -> str:
    """One line of safe text; line ends and tabs are shown as marks."""
    shown = clean_text(text[:limit]).translate(_LINE_MARKS)
    return shown if len(text) <= limit else f"{shown}…"


def as_content(text: str, style: str = "") -> Content:
    """Cleaned text as content that is never parsed as markup."""
    return Content.styled(clean_block(text), style) if style else Content(clean_block(text))
