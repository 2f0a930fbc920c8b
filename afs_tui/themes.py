"""The studio's themes and the colours of series in charts and bars.

Series colours are the Okabe-Ito set, which people with the common kinds of colour blindness can tell
apart; the colour-blind-safe themes use it for states, too. Owns colours and nothing else.
"""

from textual.theme import Theme

_OKABE_ITO = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00", "#999999")
_ON_LIGHT = ("#0072b2", "#b35900", "#007a5a", "#a5447d", "#8a7b00", "#3a6ea5", "#c23b00", "#555555")
_ANSI = (
    "ansi_cyan",
    "ansi_yellow",
    "ansi_green",
    "ansi_magenta",
    "ansi_blue",
    "ansi_red",
    "ansi_bright_cyan",
    "ansi_white",
)

THEMES: tuple[Theme, ...] = (
    Theme(
        name="afs-dark",
        primary="#5fb3d9",
        secondary="#8fa6c4",
        accent="#e6a93c",
        foreground="#d7dde5",
        background="#12161c",
        surface="#181d25",
        panel="#222935",
        success="#63c08a",
        warning="#e6a93c",
        error="#ef6f6c",
        variables={"footer-key-foreground": "#e6a93c", "input-selection-background": "#5fb3d9 35%"},
    ),
    Theme(
        name="afs-light",
        primary="#1f6f9c",
        secondary="#50627a",
        accent="#8a5000",
        foreground="#1d2530",
        background="#f6f7f9",
        surface="#ffffff",
        panel="#e4e8ee",
        success="#1c7a4a",
        warning="#8a5000",
        error="#b3261e",
        dark=False,
        variables={"footer-key-foreground": "#8a5000", "foreground-muted": "#56606e"},
    ),
    Theme(
        name="afs-colour-blind",
        primary="#56b4e9",
        secondary="#999999",
        accent="#f0e442",
        foreground="#e8e8e8",
        background="#101214",
        surface="#16191d",
        panel="#23282f",
        success="#56b4e9",
        warning="#f0e442",
        error="#d55e00",
        variables={"footer-key-foreground": "#f0e442"},
    ),
)

ANSI_DARK, ANSI_LIGHT = "ansi-dark", "ansi-light"
THEME_ORDER = ("afs-dark", "afs-light", "afs-colour-blind", ANSI_DARK, ANSI_LIGHT)


def series_colours(theme: Theme) -> tuple[str, ...]:
    """Eight colours for domains and curves, readable on the theme's background."""
    if theme.ansi:
        return _ANSI
    return _OKABE_ITO if theme.dark else _ON_LIGHT


def next_theme(name: str) -> str:
    """The theme after `name` in the order of F2."""
    place = THEME_ORDER.index(name) if name in THEME_ORDER else -1
    return THEME_ORDER[(place + 1) % len(THEME_ORDER)]
