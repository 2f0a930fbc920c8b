"""The `context` commands."""

from afs_engine.cli.lazy import LazyGroup

command = LazyGroup(
    name="context",
    help="Find the material on this machine.",
    table={"discover": ("afs_engine.cli.context.discover", "Find chat logs, notes and history.")},
)
