"""The one table of what a person can do: it feeds key bindings, the palette, help and docs/keys.md.

Owns names, keys and words. What an action does is the method `action_<name>` of its screen or of the
app; whether it can be done now is their `check_action`. Digits belong to the navigation: no widget
may bind them.
"""

from dataclasses import dataclass

from textual.binding import Binding

from afs_tui.modes import MODES

EVERYWHERE = ""


@dataclass(frozen=True, slots=True)
class Action:
    """`screen` is a mode's name, or EVERYWHERE. Shown in the hint bar when `is_hinted`.

    `changes` marks what writes a file, starts, stops or spends: --readonly takes it away.
    """

    name: str
    keys: str
    label: str
    help: str
    screen: str = EVERYWHERE
    is_hinted: bool = False
    changes: bool = False


_GO_TO = tuple(
    Action(f"show_mode('{mode.name}')", mode.key, f"Go to {mode.title}", mode.purpose) for mode in MODES
)

ACTIONS: tuple[Action, ...] = (
    *_GO_TO,
    Action("show_help", "question_mark", "Help", "All keys of this screen and of the studio", is_hinted=True),
    Action("explain_focused", "f1", "About this", "What the focused thing is, and its keys"),
    Action("command_palette", "ctrl+p,colon", "Commands", "Every action by name", is_hinted=True),
    Action("jump", "ctrl+o", "Jump", "Letters on everything that can be focused; press one to go there"),
    Action("save_recipe", "ctrl+s", "Save", "Write the recipe to its file, comments kept", changes=True),
    Action("undo", "ctrl+z,u", "Undo", "Take back the last change of the recipe"),
    Action("redo", "ctrl+y,U", "Redo", "Bring back what undo took"),
    Action("open_recipe", "ctrl+l", "Open", "Open another recipe or workspace"),
    Action("next_theme", "f2", "Theme", "Dark, light, colour-blind-safe, 16 colours"),
    Action("take_screenshot", "f8", "Picture", "Save this screen as an SVG file"),
    Action("screen.refresh_now", "f5", "Refresh", "Read everything on this screen again"),
    Action(
        "screen.run_here",
        "r",
        "Run",
        "Run the recipe as far as this screen shows; only what has to be done is done",
        is_hinted=True,
        changes=True,
    ),
    Action(
        "screen.stop_job",
        "x",
        "Stop job",
        "Ask the job at work to stop; it keeps what is finished",
        is_hinted=True,
        changes=True,
    ),
    Action("quit", "ctrl+q,q", "Quit", "Leave the studio; what runs goes on running", is_hinted=True),
    Action(
        "run_to_stage", "t", "Run to here", "Run up to the chosen stage, then stop", "pipeline", True, True
    ),
    Action("copy_command", "y", "Copy command", "Copy the command line that does the same", "pipeline", True),
    Action("edit_recipe", "e", "Edit text", "Edit the recipe's text here", "pipeline", True, True),
    Action(
        "create_sample",
        "n",
        "New sample",
        "Write the sample recipe and its data",
        "pipeline",
        False,
        True,
    ),
    Action(
        "filter", "slash", "Filter", "Show only samples with these words, domain or source", "scores", True
    ),
    Action("next_component", "c", "Component", "Draw another component of the score", "scores", True),
    Action("toggle_grouping", "d", "By source", "Count by domain or by source", "scores"),
    Action("next_profile", "p", "Profile", "Score with the next profile", "scores", True, True),
    Action("toggle_source", "space", "Include", "Take the source in or out", "sources", True, True),
    Action("look_inside", "i", "Inside", "Rows, redactions and refused lines", "sources", True),
    Action("add_source", "a", "Add path", "Add a file or folder of yours", "sources", True, True),
    Action("find_again", "f", "Find", "Look again for sources on this machine", "sources"),
    Action("filter", "slash", "Filter", "Show only sources with these words", "sources"),
    Action("copy_path", "y", "Copy path", "Copy the source's path", "sources"),
    Action("edit_shares", "e", "Shares", "How much goes to train, validation, test", "split", True, True),
    Action("next_format", "f", "Format", "The format that rows are written in", "split", True, True),
    Action(
        "next_row(1)", "right_square_bracket", "Next row", "The next row of the train side", "split", True
    ),
    Action("next_row(-1)", "left_square_bracket", "Row before", "The row before", "split"),
    Action("toggle_lengths", "l", "Lengths", "Lengths or sides, where both have no room", "split"),
    Action("toggle_line", "o", "As line", "The row as a conversation, or as its line", "split", True),
    Action("launch", "l", "Launch", "Rent a machine; asks for the dollars first", "cloud", True, True),
    Action("destroy", "d", "Destroy", "End the chosen run and its machine", "cloud", True, True),
    Action("edit_limits", "e", "Limits", "Budget, hours, GPU memory and disk", "cloud", True, True),
    Action("edit_setting", "e", "Change", "Change the chosen setting", "train", True, True),
    Action("pause_job", "p", "Pause", "Hold the job in memory, or let it go on", "train", True, True),
    Action("unset_setting", "d", "Default", "Take the setting out of the recipe", "train", False, True),
    Action("toggle_settings", "h", "Settings", "Settings or curves, where both have no room", "train", True),
    Action("filter", "slash", "Search log", "Go to the lines of the log with these words", "train", True),
    Action("copy_log", "y", "Copy log", "Copy where the log and the run's folder are", "train"),
    Action("mark", "space", "Mark", "Mark the version for comparing", "experiments", True),
    Action("compare", "c", "Compare", "Marked versions side by side", "experiments", True),
    Action("show_lineage", "l", "Lineage", "From the adapter back to its sources", "experiments", True),
    Action("promote", "p", "Promote", "Make this version the one in use", "experiments", True, True),
    Action("roll_back", "b", "Roll back", "Bring back the version before", "experiments", False, True),
    Action("copy_path", "y", "Copy path", "Copy the adapter's path", "experiments"),
    Action("filter", "slash", "Filter", "Show only versions with these words", "experiments"),
    Action(
        "toggle_oversample",
        "o",
        "Oversample",
        "Repeat scarce rows, or use fewer of the others",
        "balance",
        True,
        True,
    ),
    Action("type_total", "t", "Size", "How many rows the training set shall have", "balance", True, True),
    Action(
        "no_weights", "w", "No shares", "Take the shares away: every row is used once", "balance", False, True
    ),
)


def actions_of(screen: str) -> list[Action]:
    """The actions of a mode, or those of the whole studio."""
    return [action for action in ACTIONS if action.screen == screen]


def bindings_of(screen: str) -> list[Binding]:
    """The key bindings of a mode's screen, or of the app."""
    return [
        Binding(
            action.keys,
            action.name,
            action.label,
            show=action.is_hinted,
            tooltip=action.help,
            id=f"{screen or 'studio'}.{action.name}",
        )
        for action in actions_of(screen)
    ]


def changing_actions() -> frozenset[str]:
    """The names of actions that --readonly takes away."""
    return frozenset(action.name.rpartition(".")[2] for action in ACTIONS if action.changes)
