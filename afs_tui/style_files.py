"""Where the style sheets lie: beside the package in a wheel, in `styles/` of a checkout."""

from pathlib import Path

_PLACES = (Path(__file__).parent / "styles", Path(__file__).parent.parent / "styles")


def style_file(name: str) -> Path:
    """The path of `<name>.tcss`."""
    return next(place for place in _PLACES if place.is_dir()) / f"{name}.tcss"
