"""The `discriminator` commands of the guide, one file each."""

from afs_engine.cli.lazy import LazyGroup

command = LazyGroup(
    name="discriminator",
    help="Score samples and filter by score.",
    table={
        "score": ("afs_engine.cli.discriminator.score", "Give every row a quality score."),
        "filter": ("afs_engine.cli.discriminator.filter", "Keep the rows at or above a score."),
    },
)
