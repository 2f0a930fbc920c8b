"""The `discriminator` commands of the guide, one file each."""

from afs_engine.cli.lazy import LazyGroup

command = LazyGroup(
    name="discriminator",
    help="Make a discriminator, score samples with it, and filter by score.",
    table={
        "data": ("afs_engine.cli.discriminator.data", "Make pairs of real text and its corruption."),
        "train": ("afs_engine.cli.discriminator.train", "Train a discriminator on pairs."),
        "score": ("afs_engine.cli.discriminator.score", "Give every row a quality score."),
        "filter": ("afs_engine.cli.discriminator.filter", "Keep the rows at or above a score."),
    },
)
