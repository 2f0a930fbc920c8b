"""The `cloud` commands, one file each."""

from afs_engine.cli.lazy import LazyGroup

_HOME = "afs_engine.cli.cloud"
command = LazyGroup(
    name="cloud",
    help="Train on a rented GPU. A budget in dollars is reserved before anything is rented, and holds.\n\n"
    "Needs a vast.ai key: get one at cloud.vast.ai/manage-keys, then `export VAST_API_KEY=...`.",
    table={
        "offers": (f"{_HOME}.offers", "Machines on offer, cheapest whole job first."),
        "estimate": (f"{_HOME}.estimate", "What a run would cost, expected and at worst."),
        "up": (f"{_HOME}.up", "Rent a machine, train on it, bring the adapter home, destroy it."),
        "status": (f"{_HOME}.status", "What is rented now, and what the budgets hold."),
        "monitor": (f"{_HOME}.attach", "Watch a run live (the same as attach)."),
        "attach": (f"{_HOME}.attach", "Watch a run live."),
        "logs": (f"{_HOME}.logs", "What a run has said so far."),
        "down": (f"{_HOME}.down", "End a run; its machine is destroyed and proven gone."),
        "sweep": (f"{_HOME}.sweep", "Find machines of ours that no run controls, and destroy them."),
        "costs": (f"{_HOME}.costs", "What every rental cost."),
        "backup": (f"{_HOME}.backup", "Copy an adapter to another disk or an rclone remote, verified."),
        "export": (f"{_HOME}.export", "Write a task file for another tool's clouds."),
    },
)
