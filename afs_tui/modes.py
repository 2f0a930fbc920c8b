"""The studio's screens in the order of the navigation: their keys, titles and where each one lives.

Owns the list and nothing else; a screen's module is imported when it is first shown.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """`place` is "module:Class" of the screen; `purpose` one line for help and palette."""

    key: str
    name: str
    title: str
    place: str
    purpose: str


MODES: tuple[Mode, ...] = (
    Mode(
        "1",
        "pipeline",
        "Pipeline",
        "afs_tui.screens.pipeline:PipelineScreen",
        "The stages of the recipe: what is done, what would run and why; start a run",
    ),
)


def find_mode(name: str) -> Mode:
    """The mode called `name`. Raises KeyError."""
    return next(mode for mode in MODES if mode.name == name)
