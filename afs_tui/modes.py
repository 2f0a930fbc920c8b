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
    Mode(
        "2",
        "sources",
        "Sources",
        "afs_tui.screens.sources:SourcesScreen",
        "Where samples come from: what the recipe reads and what else lies on this machine",
    ),
    Mode(
        "3",
        "scores",
        "Scores",
        "afs_tui.screens.scores:ScoresScreen",
        "How good the samples are; where the threshold cuts; look at any sample",
    ),
    Mode(
        "4",
        "balance",
        "Balance",
        "afs_tui.screens.balance:BalanceScreen",
        "The shares of the training set, how many rows they draw, and what is rehearsed",
    ),
    Mode(
        "5",
        "split",
        "Split",
        "afs_tui.screens.split:SplitScreen",
        "Train, validation and test by domain; lengths, leaks, and rows as they are trained",
    ),
    Mode(
        "6",
        "train",
        "Train",
        "afs_tui.screens.train:TrainScreen",
        "Settings and machine before a run; loss, speed, memory and log while it trains",
    ),
    Mode(
        "7",
        "cloud",
        "Cloud",
        "afs_tui.screens.cloud:CloudScreen",
        "Rent a GPU for this recipe within a budget; machines, their cost, and their end",
    ),
    Mode(
        "8",
        "experiments",
        "Experiments",
        "afs_tui.screens.experiments:ExperimentsScreen",
        "Trained versions: compare, trace back to sources, promote, roll back",
    ),
)


def find_mode(name: str) -> Mode:
    """The mode called `name`. Raises KeyError."""
    return next(mode for mode in MODES if mode.name == name)
